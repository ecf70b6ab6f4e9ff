"""Relations between models point down the chain of apps, as imports do."""

from django.apps import apps

CHAIN = ["records", "consent", "clients", "accounts", "audit", "vault", "counselling"]
FOREIGN = {"auth", "contenttypes", "sessions", "messages", "otp_totp"}


def edges() -> list[tuple[str, str, str]]:
    found = []
    for model in apps.get_models():
        for field in model._meta.get_fields():
            target = getattr(field, "related_model", None)
            if target is None or not getattr(field, "concrete", False):
                continue
            found.append(
                (model._meta.app_label, target._meta.app_label, f"{model.__name__}.{field.name}")
            )
    return found


def test_every_relation_points_down_the_chain() -> None:
    wrong = [
        name
        for source, target, name in edges()
        if source in CHAIN
        and (target not in CHAIN or CHAIN.index(target) < CHAIN.index(source))
        and target not in FOREIGN
    ]
    assert wrong == []


def test_nothing_that_is_audited_is_bound_to_the_log() -> None:
    assert [name for source, target, name in edges() if "audit" in {source, target}] == []


def test_the_graph_is_not_empty_so_the_tests_above_can_fail() -> None:
    assert any(source == "records" and target == "clients" for source, target, _ in edges())
