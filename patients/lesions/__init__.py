"""Single lesions in the record: which they are and where on the body."""
