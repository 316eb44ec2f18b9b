"""The background tasks of the analysis. Their bodies are idempotent: a task may be delivered twice."""

from __future__ import annotations

from django_tasks import TaskContext, task


@task(takes_context=True)
def analyse_photo(context: TaskContext, run_id: int) -> str:
    """Analyse the photo of a run; the status it ended with."""
    # The web server imports this module to enqueue, and does without the hundreds of megabytes of PyTorch.
    from analysis.work import perform_run

    return perform_run(run_id=run_id, task_id=str(context.task_result.id))


@task()
def align_photos(alignment_id: int) -> str:
    """Lay the two photos of a pair over each other; the status it ended with."""
    from analysis.alignment_work import perform_alignment

    return perform_alignment(alignment_id=alignment_id)
