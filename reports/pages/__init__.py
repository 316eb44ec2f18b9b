"""The pages on which patients, photographs and measurements meet."""
