from django.urls import path

from reports import views

app_name = "reports"
urlpatterns = [
    path("patients/<int:pk>/chart.json", views.response_chart, name="response_chart"),
    path("patients/<int:patient_pk>/visits/<int:pk>/report/", views.visit_report, name="visit_report"),
    path("reports/<int:pk>/report.pdf", views.report_file, name="report_file"),
    path("lesions/photos/<int:pk>/report.pdf", views.lesion_report, name="lesion_report"),
]
