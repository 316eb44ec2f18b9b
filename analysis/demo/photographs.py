"""Taking the photographs that the demonstration still lacks, on every core, and storing them as uploads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from io import BytesIO
from multiprocessing import get_context

from tqdm import tqdm

from analysis.demo.records import enter_patient, missing_photos, visit_dates
from analysis.demo.rendering import CAMERA, Taken, Wanted, photograph_patient, use_one_thread
from analysis.vision.phantom.cohort import DemoPatient
from clinic.accounts.models import User
from imaging.services import store_photo
from patients.models import Patient

Size = tuple[int, int]


def take_photos(plans: Sequence[DemoPatient], staff: dict[str, User], size: Size, processes: int) -> None:
    """Fill the empty slots of the planned patients. A photograph that is there is not taken again."""
    patients = {plan.record: enter_patient(plan, staff) for plan in plans}
    wanted = {plan.record: missing_photos(patients[plan.record], plan) for plan in plans}
    by_record = {plan.record: plan for plan in plans}
    total = sum(map(len, wanted.values()))
    if not total:
        return
    with tqdm(total=total, desc="Photographing", unit="photo") as bar:
        for record, taken in _rendered(wanted, size, processes):
            _store(patients[record], by_record[record], taken, staff["demo-nurse"])
            bar.update(len(taken))


def _rendered(
    wanted: Mapping[str, Sequence[Wanted]], size: Size, processes: int
) -> Iterator[tuple[str, list[Taken]]]:
    """Record number and photographs, one patient a process, because a head is costlier than its pictures.

    Those with the most photographs begin, so that no core is left with a long one at the end.
    """
    order = sorted((record for record in wanted if wanted[record]), key=lambda record: -len(wanted[record]))
    # Spawned, not forked: the parent has an open database and PyTorch's threads.
    spawn = get_context("spawn")
    with ProcessPoolExecutor(processes, mp_context=spawn, initializer=use_one_thread) as pool:
        pending = {pool.submit(photograph_patient, one, wanted[one], size): one for one in order}
        for done in as_completed(pending):
            yield pending[done], done.result()


def _store(patient: Patient, plan: DemoPatient, taken: Sequence[Taken], nurse: User) -> None:
    visits = {visit.date: visit for visit in patient.visits.all()}
    dates = visit_dates(patient, plan)
    for photo in taken:
        store_photo(
            visit=visits[dates[photo.visit]],
            view=photo.view,
            modality=plan.modality,
            device=CAMERA,
            file=BytesIO(photo.data),
            user=nurse,
        )
