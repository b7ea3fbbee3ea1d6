from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from corner_shop.products import PRODUCTS


def shop(request):
    request.session["visit_count"] = request.session.get("visit_count", 0) + 1
    return render(request, "shop.html", {"products": PRODUCTS})


def cart(request):
    items = request.session.get("cart", {}).get("items", [])
    lines = [{**item, "name": PRODUCTS.get(item["sku"], item["sku"])} for item in items]
    return render(request, "cart.html", {"lines": lines})


@require_POST
def add_to_cart(request, sku):
    if sku not in PRODUCTS:
        raise Http404(sku)
    stored = request.session.get("cart")
    items = stored.get("items", []) if isinstance(stored, dict) else []
    known = next((item for item in items if item["sku"] == sku), None)
    if known is None:
        items.append({"sku": sku, "qty": 1})
    else:
        known["qty"] += 1
    # A nested change alone does not mark the session as modified.
    request.session["cart"] = {"items": items}
    messages.success(request, f"{PRODUCTS[sku]} is in your cart.")
    return redirect("cart")


@require_POST
def empty_cart(request):
    request.session.pop("cart", None)
    return redirect("cart")
