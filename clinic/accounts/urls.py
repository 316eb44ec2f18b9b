from django.contrib.auth.views import LogoutView
from django.urls import path

from clinic.accounts.login import LogIn

app_name = "accounts"
urlpatterns = [
    path("login/", LogIn.as_view(), name="login"),
    path("logout/", LogoutView.as_view(), name="logout"),
]
