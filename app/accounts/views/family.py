"""The family: whom one acts for, and who acts for oneself."""

from flask import flash, render_template, request
from werkzeug.wrappers import Response

from app.accounts import operations, policy, queries
from app.accounts.contacts import Contact, ContactKind
from app.accounts.forms.family import AgreeForm, ChildForm, HelpedForm, JoinForm, same_ward
from app.accounts.models import Bond, CodePurpose, Guardianship
from app.accounts.operations import Agreement
from app.accounts.views.blueprint import bp
from app.accounts.views.own import my_person
from app.accounts.views.profile import profile_page
from app.core import access, throttle
from app.core.errors import DomainError
from app.core.forms import BaseForm
from app.core.i18n import current_language, gettext
from app.core.web import see_other

Page = Response | tuple[str, int]


@bp.get("/me/family")
@access.signed_in
def family() -> str:
    """Children, people one helps, and who helps oneself."""
    me = my_person()
    mine = queries.bonds_of(me.id)
    others = [
        bond
        for bond in queries.bonds_over([me.id, *(bond.dependant_id for bond in mine)])
        if bond.guardian_id != me.id
    ]
    own = queries.with_account([bond.dependant_id for bond in mine])
    return render_template("accounts/family.html", mine=mine, others=others, me=me, own=own)


@bp.route("/me/family/add", methods=["GET", "POST"])
@access.signed_in
def add_child() -> Page:
    """A child under sixteen, who needs no phone."""
    me = my_person()
    form = ChildForm(data=same_ward(queries.homes([me.id]).get(me.id)))
    if form.submitted():
        try:
            by_id = access.actor().account_id
            operations.add_child(me.id, form.child(), Bond(form.bond.data), by_id)
        except DomainError as error:
            form.refuse(error)
        else:
            return _done(gettext("The child is in your family. You can enrol it in classes."))
    return render_template("accounts/family_add.html", form=form), form.status


@bp.route("/me/family/join", methods=["GET", "POST"])
@access.signed_in
def join_family() -> Page:
    """The second parent types the code that the first one was shown."""
    me = my_person()
    form = JoinForm()
    if form.submitted():
        try:
            operations.accept_invitation(
                me.id, form.code.data or "", form.born_in.data or 0, Bond(form.bond.data),
                address=throttle.line(request.remote_addr), by_id=access.actor().account_id,
            )  # fmt: skip
        except DomainError as error:
            form.refuse(error)
        else:
            return _done(gettext("The child is in your family. You can enrol it in classes."))
    return render_template("accounts/family_join.html", form=form), form.status


@bp.route("/me/family/help", methods=["GET", "POST"])
@access.signed_in
def add_helped() -> Page:
    """A grown person says yes by the code on their own phone, or shares the helper's phone."""
    me = my_person()
    form, agree = HelpedForm(), AgreeForm()
    if not form.submitted():
        return render_template("accounts/family_help.html", form=form), form.status
    contact = Contact(ContactKind.PHONE, form.phone.e164 or "")
    try:
        if queries.has_proven_phone(access.actor().account_id, contact.value):
            _add_helped(me.id, form, Agreement.SHARED_PHONE)
        elif request.form.get("step") != "agree":
            return _agree_page(form, agree, _send_code(contact))
        elif agree.submitted():
            _check_code(contact, agree)
            _add_helped(me.id, form, Agreement.CODE)
        else:
            return _agree_page(form, agree, request.form.get("handle", ""))
    except DomainError as error:
        if error.field == "code":
            agree.refuse(error)
            return _agree_page(form, agree, request.form.get("handle", ""))
        form.refuse(error)
        return render_template("accounts/family_help.html", form=form), form.status
    return _done(gettext("You can now enrol this person and see their places."))


def _send_code(contact: Contact) -> str:
    return operations.ask_code(
        CodePurpose.FAMILY, contact, throttle.line(request.remote_addr),
        language=current_language(), account_id=access.actor().account_id,
    )  # fmt: skip


def _check_code(contact: Contact, agree: AgreeForm) -> None:
    operations.check_family_code(
        contact, request.form.get("handle", ""), agree.code.data or "",
        address=throttle.line(request.remote_addr), by_id=access.actor().account_id,
    )  # fmt: skip


def _add_helped(me: int, form: HelpedForm, agreement: Agreement) -> None:
    operations.add_helper(me, form.guest(), agreement, access.actor().account_id)


def _agree_page(form: HelpedForm, agree: AgreeForm, handle: str) -> tuple[str, int]:
    page = render_template("accounts/family_agree.html", typed=form, form=agree, handle=handle)
    return page, agree.status


@bp.route("/me/family/<id:bond_id>", methods=["GET", "POST"])
@access.signed_in
def relative(bond_id: int) -> Page:
    """A child's details, corrected by whoever stands for it."""
    bond = access.load(Guardianship, bond_id, policy.corrects_by)
    return profile_page(bond.dependant, "accounts.relative", bond_id=bond.id)


@bp.post("/me/family/<id:bond_id>/invite")
@access.signed_in
def invite_parent(bond_id: int) -> str:
    """A code for the other parent, shown this once."""
    bond = access.load(Guardianship, bond_id, policy.corrects_by)
    code = operations.invite_parent(bond.dependant_id, access.actor().account_id or 0)
    return render_template("accounts/family_invite.html", child=bond.dependant, code=code)


@bp.route("/me/family/<id:bond_id>/end", methods=["GET", "POST"])
@access.signed_in
def end_bond(bond_id: int) -> Page:
    """Either side of helping ends it; a parent may stop to act for a child."""
    bond = access.load(Guardianship, bond_id, policy.may_end)
    form = BaseForm()
    if form.submitted():
        operations.end_bond(bond.id, access.actor().account_id)
        return _done(gettext("It is ended. Places that were taken stay as they are."))
    me = access.actor().person_id
    return render_template("accounts/family_end.html", bond=bond, form=form, me=me), form.status


def _done(text: str) -> Response:
    flash(text, "success")
    return see_other("accounts.family")
