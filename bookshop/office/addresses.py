"""Every address of the office."""

from bookshop.office.bulk.addresses import ADDRESSES as BULK
from bookshop.office.checks.addresses import ADDRESSES as CHECKS
from bookshop.office.lost.addresses import ADDRESSES as LOST
from bookshop.office.mail.addresses import ADDRESSES as MAIL
from bookshop.office.order.addresses import ADDRESSES as ORDER
from bookshop.office.packing.addresses import ADDRESSES as PACKING
from bookshop.office.people.addresses import ADDRESSES as PEOPLE
from bookshop.office.printing.addresses import ADDRESSES as PRINTING
from bookshop.office.receiving.addresses import ADDRESSES as RECEIVING
from bookshop.office.sign_in.addresses import ADDRESSES as SIGN_IN
from bookshop.office.work.addresses import ADDRESSES as WORK

ADDRESSES = (*SIGN_IN, *PEOPLE, *WORK, *ORDER, *BULK, *PACKING, *RECEIVING, *PRINTING, *MAIL, *CHECKS, *LOST)
