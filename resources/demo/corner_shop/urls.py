from django.contrib import admin
from django.urls import path

from corner_shop import views

urlpatterns = [
    path("", views.shop, name="shop"),
    path("cart/", views.cart, name="cart"),
    path("cart/add/<slug:sku>/", views.add_to_cart, name="add"),
    path("cart/empty/", views.empty_cart, name="empty"),
    path("admin/", admin.site.urls),
]
