"""Taking the photographs that the demonstration still lacks, on every core, and storing them as uploads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import ExitStack
from io import BytesIO
from multiprocessing import get_context

from tqdm import tqdm

from analysis.demo.records import enter_patient, missing_photos, visit_dates
from analysis.demo.rendering import CAMERA, Taken, Wanted, photograph, use_one_thread
from analysis.demo.therapy import enter_protocols, enter_therapy
from analysis.vision.phantom.cohort import DemoPatient
from clinic.accounts.models import User
from imaging.services import store_photo
from patients.models import Patient

Size = tuple[int, int]


def take_photos(plans: Sequence[DemoPatient], staff: dict[str, User], size: Size, processes: int) -> None:
    """Fill the empty slots of the planned patients. A photograph that is there is not taken again."""
    patients = {plan.record: enter_patient(plan, staff) for plan in plans}
    enter_protocols(staff)
    for plan in plans:
        enter_therapy(patients[plan.record], plan, staff)
    wanted = {plan.record: missing_photos(patients[plan.record], plan) for plan in plans}
    by_record = {plan.record: plan for plan in plans}
    total = sum(map(len, wanted.values()))
    if not total:
        return
    with tqdm(total=total, desc="Photographing", unit="photo") as bar:
        for record, taken in take_all(wanted, size, processes):
            _store(patients[record], by_record[record], taken, staff["demo-nurse"])
            bar.update()


def take_all(
    wanted: Mapping[str, Sequence[Wanted]], size: Size, processes: int
) -> Iterator[tuple[str, Taken]]:
    """Record number and photograph, as they come.

    A head costs more than a picture of it, so that all photographs of a patient come from one process, which
    keeps the head. Patients with the most photographs are dealt out first, each to the process with least.
    """
    order = sorted(wanted, key=lambda record: -len(wanted[record]))
    with ExitStack() as stack:
        pools = [_start_process(stack) for _ in range(processes)]
        loads = [0] * processes
        pending = {}
        for record in order:
            least = loads.index(min(loads))
            loads[least] += len(wanted[record])
            for one in wanted[record]:
                pending[pools[least].submit(photograph, record, one, size)] = record
        for done in as_completed(pending):
            yield pending[done], done.result()


def _start_process(stack: ExitStack) -> ProcessPoolExecutor:
    """Spawned, not forked: the parent has an open database and PyTorch's threads."""
    pool = ProcessPoolExecutor(1, mp_context=get_context("spawn"), initializer=use_one_thread)
    stack.callback(pool.shutdown, cancel_futures=True)
    return pool


def _store(patient: Patient, plan: DemoPatient, taken: Taken, nurse: User) -> None:
    store_photo(
        visit=patient.visits.get(date=visit_dates(patient, plan)[taken.visit]),
        view=taken.view,
        modality=plan.modality,
        device=CAMERA,
        file=BytesIO(taken.data),
        user=nurse,
    )
