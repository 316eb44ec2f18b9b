from django.urls import path

from reports import views

app_name = "reports"
urlpatterns = [path("patients/<int:pk>/response.json", views.response_chart, name="response_chart")]
