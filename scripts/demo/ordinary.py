"""The crowd: sessions as any shop has them."""
import random
from datetime import timedelta

from demo.frozen import ago
from demo.stores import log_in, save

SKUS = [("A1", "24.95"), ("B2", "3.20"), ("C3", "2.80"), ("K-204", "8.00"), ("M-17", "6.40"), ("T-9", "12.50")]


def cart(dice):
    items = [{"sku": sku, "qty": dice.randint(1, 4), "price": price} for sku, price in dice.sample(SKUS, dice.randint(1, 4))]
    return {"items": items, "coupon": dice.choice([None, None, "WELCOME10"])}


def message(text, level=25):
    """`_messages` as SessionStorage keeps it: a JSON text inside the JSON."""
    from django.contrib.messages.storage.base import Message
    from django.contrib.messages.storage.session import SessionStorage

    return SessionStorage(request=_Request()).serialize_messages([Message(level, text)])


class _Request:
    session = {}


def wizard(dice):
    step = dice.choice(["address", "payment", "confirm"])
    return {
        "wizard_checkout_view": {
            "step": step,
            "step_data": {"address": {"address-street": ["12 Market Lane"], "address-city": ["Łódź"]}},
            "step_files": {"address": {}},
            "extra_data": {"ship_to": "home", "gift": dice.random() < 0.3},
        }
    }


def logged_in(dice):
    data = {"visit_count": dice.randint(1, 90)}
    if dice.random() < 0.7:
        data["cart"] = cart(dice)
    if dice.random() < 0.4:
        data["viewed"] = dice.sample(range(90, 320), 4)
    if dice.random() < 0.2:
        data["_language"] = dice.choice(["pt-br", "sv", "ja"])
    return data


def anonymous(dice):
    return dice.choice([
        lambda: {"cart": cart(dice)},
        lambda: {"cart": cart(dice), "viewed": dice.sample(range(90, 320), 3)},
        lambda: {"visit_count": dice.randint(1, 9)},
        lambda: {"csrf_hint": "shown"},
        lambda: {"filters": {"category": "bakery", "max_price": dice.choice([5.5, 10.0, 19.99]), "sort": "-price"}},
        lambda: {"_messages": message("Apple pie is in your cart.")},
        lambda: wizard(dice),
    ])()


def bot(dice):
    return {"next": dice.choice(["/admin/", "/wp-login.php", "/.env", "/cart/?sku=A1%27--", "/admin/login/?next=/admin/"])}


def create(users):
    from django.test.utils import override_settings

    dice = random.Random(7)
    regulars = [users[name] for name in ("ana", "sofia_r", "ben.okafor", "mchen", "tomasz", "priya.n", "o'brien", "山田", "j.lindqvist", "admin")]

    def recently():
        return ago(seconds=dice.randint(60, 13 * 86_400))

    for _ in range(38):
        log_in(dice.choice(regulars), logged_in(dice), recently())
    for _ in range(36):
        save(anonymous(dice), recently())
    for _ in range(16):
        save(bot(dice), recently())

    # From the time before the key was rotated.
    with override_settings(SECRET_KEY="coatcheck-old-key", SECRET_KEY_FALLBACKS=[]):
        for _ in range(8):
            log_in(dice.choice(regulars), logged_in(dice), ago(seconds=dice.randint(9 * 86_400, 13 * 86_400)))
        for _ in range(6):
            save(anonymous(dice), ago(seconds=dice.randint(9 * 86_400, 13 * 86_400)))

    # Nobody runs clearsessions here.
    for _ in range(14):
        log_in(dice.choice(regulars), logged_in(dice), ago(seconds=dice.randint(15 * 86_400, 40 * 86_400)))
    for _ in range(14):
        save(anonymous(dice), ago(seconds=dice.randint(15 * 86_400, 60 * 86_400)))
    for _ in range(10):
        save(bot(dice), ago(seconds=dice.randint(60 * 86_400, 400 * 86_400)))
    for _ in range(6):
        save(anonymous(dice), ago(seconds=dice.randint(500 * 86_400, 1_100 * 86_400)))

    # Ending within the day.
    for hours in (0.8, 2, 3, 5, 8, 13, 20):
        save(anonymous(dice), ago(days=14) + timedelta(hours=hours))
    log_in(users["priya.n"], {"cart": cart(dice)}, ago(days=14) + timedelta(hours=3, minutes=7))
