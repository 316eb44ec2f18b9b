from django.urls import path

from imaging import views

app_name = "imaging"
urlpatterns = [
    path("photos/<int:pk>/display.jpg", views.photo_display, name="photo_display"),
    path("photos/<int:pk>/full.jpg", views.photo_full, name="photo_full"),
    path("photos/<int:pk>/thumbnail.jpg", views.photo_thumbnail, name="photo_thumbnail"),
    path("photos/<int:pk>/original", views.photo_original, name="photo_original"),
]
