"""Customers and their orders, as the channels report them. Amounts travel with their currency."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models

from comptoir.merchant.models import Channel


class Customer(models.Model):
    """A buyer. Relay aliases are never merged by themselves: one alias, one customer."""

    name = models.TextField(default="")
    email = models.TextField(default="")
    language = models.CharField(max_length=8, default="")
    country = models.CharField(max_length=2, default="")
    created_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["name"], name="customer_name", condition=~models.Q(name="")),
            models.Index(fields=["email"], name="customer_email", condition=~models.Q(email="")),
        ]


class CustomerAlias(models.Model):
    """An address or name under which a marketplace hands a customer to us."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="aliases")
    marketplace = models.CharField(max_length=32)
    alias = models.TextField()

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["marketplace", "alias"], name="customer_alias_once"),
        ]


class Order(models.Model):
    """An order on one channel. `external_id` is the channel's own number."""

    class State(models.TextChoices):
        """How far the order got."""

        PENDING = "pending"
        SHIPPED = "shipped"
        DELIVERED = "delivered"
        RETURNED = "returned"
        CANCELLED = "cancelled"

    channel = models.ForeignKey(Channel, on_delete=models.PROTECT, related_name="orders")
    external_id = models.TextField()
    customer = models.ForeignKey(
        Customer, null=True, on_delete=models.SET_NULL, related_name="orders"
    )
    placed_at = models.DateTimeField()
    state = models.CharField(max_length=12, choices=State, default=State.PENDING)
    total = models.DecimalField(max_digits=12, decimal_places=2)
    currency = models.CharField(max_length=3)
    ship_by_at = models.DateTimeField(null=True)
    shipped_at = models.DateTimeField(null=True)
    promised_on = models.DateField(null=True)
    delivered_at = models.DateTimeField(null=True)
    carrier = models.TextField(default="")
    tracking_number = models.TextField(default="")

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["channel", "external_id"], name="order_once"),
        ]


class Parcel(models.Model):
    """One parcel of an order, where the channel tells parcels apart."""

    class State(models.TextChoices):
        """How far it got."""

        ANNOUNCED = "announced"
        UNDERWAY = "underway"
        DELIVERED = "delivered"
        LOST = "lost"
        BACK = "back"

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="parcels")
    carrier = models.TextField(default="")
    tracking_number = models.TextField(default="")
    tracking_url = models.TextField(default="")
    state = models.CharField(max_length=12, choices=State, default=State.UNDERWAY)
    shipped_at = models.DateTimeField(null=True)
    promised_on = models.DateField(null=True)
    delivered_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["order", "tracking_number"], name="parcel_once"),
        ]


class Return(models.Model):
    """Goods that a buyer wants to send back, or did. `external_id` is the channel's number."""

    class State(models.TextChoices):
        """How far it got."""

        REQUESTED = "requested"
        ACCEPTED = "accepted"
        REFUSED = "refused"
        SENT = "sent"
        RECEIVED = "received"
        CLOSED = "closed"

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="returns")
    external_id = models.TextField(default="")
    state = models.CharField(max_length=12, choices=State, default=State.REQUESTED)
    reason = models.TextField(default="")
    requested_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    received_at = models.DateTimeField(null=True)
    carrier = models.TextField(default="")
    tracking_number = models.TextField(default="")

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["order", "external_id"], name="return_once"),
        ]


class ReturnLine(models.Model):
    """An article that comes back, and how many of it."""

    returned = models.ForeignKey(Return, on_delete=models.CASCADE, related_name="lines")
    sku = models.TextField()
    title = models.TextField(default="")
    quantity = models.PositiveIntegerField(default=1)


class Refund(models.Model):
    """Money given back on an order, in the buyer's currency."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="refunds")
    external_id = models.TextField()
    amount = models.DecimalField(max_digits=12, decimal_places=2)
    currency = models.CharField(max_length=3)
    reason = models.TextField(default="")
    refunded_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["order", "external_id"], name="refund_once"),
        ]


class OrderLine(models.Model):
    """One article of an order. `item` is its listing, where messages name that and no order."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="lines")
    sku = models.TextField()
    title = models.TextField()
    quantity = models.PositiveIntegerField(default=1)
    price = models.DecimalField(max_digits=12, decimal_places=2)
    item = models.TextField(default="", db_default="")

    class Meta:
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["item"], name="order_line_item", condition=~models.Q(item="")),
        ]


class Case(models.Model):
    """A claim, dispute, return request, cancellation or review, as the channel reports it.

    `external_id` is the channel's own number. The order may come later than the case, or never:
    `order_number` is what the channel named. `due_at` is when it must have been answered.
    """

    class Kind(models.TextChoices):
        """What it is."""

        CLAIM = "claim"
        CHARGEBACK = "chargeback"
        RETURN = "return"
        CANCELLATION = "cancellation"
        REVIEW = "review"

    class State(models.TextChoices):
        """How far it is."""

        OPENED = "opened"
        ANSWERED = "answered"
        CLOSED = "closed"

    channel = models.ForeignKey(Channel, on_delete=models.PROTECT, related_name="cases")
    external_id = models.TextField()
    kind = models.CharField(max_length=12, choices=Kind)
    state = models.CharField(max_length=10, choices=State, default=State.OPENED)
    order_number = models.TextField(default="")
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)
    reason = models.TextField(default="")
    text = models.TextField(default="")
    rating = models.PositiveSmallIntegerField(null=True)
    rating_max = models.PositiveSmallIntegerField(null=True)
    amount = models.DecimalField(max_digits=12, decimal_places=2, null=True)
    currency = models.CharField(max_length=3, default="")
    link = models.TextField(default="")

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                fields=["channel", "kind", "external_id"], name="order_case_once"
            ),
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index(
                fields=["channel", "order_number"],
                name="case_of_order",
                condition=~models.Q(order_number=""),
            ),
        ]
