from django.urls import path

from analysis import alignment_views, enhancement_views, lesion_views, views

app_name = "analysis"
urlpatterns = [
    path("alignments/<int:pk>/photo.jpg", alignment_views.alignment_photo, name="alignment_photo"),
    path("alignments/<int:pk>/map.png", alignment_views.alignment_map, name="alignment_map"),
    path(
        "lesion-photos/<int:pk>/enhanced/<slug:kind>.jpg",
        enhancement_views.lesion_enhanced,
        name="lesion_enhanced",
    ),
    path("lesion-readings/<int:pk>/overlay.png", lesion_views.lesion_overlay, name="lesion_overlay"),
    path("lesion-readings/<int:pk>/mask.png", lesion_views.lesion_mask_file, name="lesion_mask_file"),
    path(
        "lesion-readings/<int:pk>/pictures/<slug:kind>",
        lesion_views.lesion_picture,
        name="lesion_picture",
    ),
    path(
        "lesion-photos/<int:pk>/enhanced/<slug:kind>.jpg",
        lesion_views.lesion_enhanced,
        name="lesion_enhanced",
    ),
    path("runs/<int:pk>/outline.png", views.outline, name="outline"),
    path("runs/<int:pk>/outline-thumbnail.png", views.outline_thumbnail, name="outline_thumbnail"),
    path("runs/<int:pk>/layers/<slug:kind>.png", views.mask, name="mask"),
    path("runs/<int:pk>/highlights-reduced.jpg", views.highlights, name="highlights"),
    path("runs/<int:pk>/regions.png", views.region_heat, name="region_heat"),
    path("runs/<int:pk>/masks/<slug:kind>.png", views.mask_file, name="mask_file"),
    path("runs/<int:pk>/masks/<slug:kind>/pixels.png", views.mask_pixels, name="mask_pixels"),
]
