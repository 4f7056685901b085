"""Departments, employers, jobs, job categories, sectors and work locations (reference, 9.6)."""

from terminal_app.protime.collection import Collection
from terminal_app.protime.scopes import Scope
from terminal_app.protime.whole_record import CleanText, Name, Note, NumberedRecord


class CatalogEntry(NumberedRecord):
    """An entry of a catalog; sectors have no more than this."""

    name: Name = None
    external_code: CleanText = None


class WorkLocation(CatalogEntry):
    """A place of work."""

    description: Note = None


class Employer(CatalogEntry):
    """An employer."""

    address: CleanText = None
    town: CleanText = None
    postal_code: CleanText = None
    bank_account: CleanText = None
    company_registration_number: CleanText = None


DEPARTMENTS = Collection("departments", CatalogEntry, Scope.DEPARTMENTS_READ, by_reference="departments")
EMPLOYERS = Collection("employers", Employer, Scope.EMPLOYERS_READ, by_reference="employers")
JOBS = Collection("jobs", CatalogEntry, Scope.JOBS_READ, by_reference="jobs")
JOB_CATEGORIES = Collection("job-categories", CatalogEntry, Scope.JOB_CATEGORIES_READ, by_reference="job-categories")
SECTORS = Collection("sectors", CatalogEntry, Scope.SECTORS_READ, by_reference="sectors")
WORK_LOCATIONS = Collection("work-locations", WorkLocation, Scope.WORK_LOCATIONS_READ, by_reference="work-locations")
