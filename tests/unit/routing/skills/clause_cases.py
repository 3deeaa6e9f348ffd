"""Documents that affirm one thing and deny another, and what a model makes of their words. The names are made up."""

from __future__ import annotations

from review_cases import SaidCase

_PLANS = ("The free plan does not include backups; they are included in the Pro plan.",)
_PLANS_APART = ("The free plan does not include backups. They are included in the Pro plan.",)
_REGIONS = ("The API is not available in the EU region; it is available in the US region.",)
_PHONE = ("The Starter plan does not include phone support; it is included in the Business plan.",)
_POOL = ("The pool is not heated in winter; it is heated in summer.",)
_POOL_APART = ("The pool is not heated in winter. It is heated in summer.",)
_JONAS = ("Jonas is not a manager; he is an engineer.",)
_TLS = ("TLS is not supported yet; it is planned for version 2.0.",)
_GYM = ("The gym is open every day except Sunday.",)
_DOGS = ("Dogs are not allowed in the hall unless they are on a leash.",)
_WINDOWS = ("The app no longer supports Windows 7, but it supports Windows 11.",)
_VISITORS = ("Members may use the sauna, whereas visitors may not use it.",)
_LUNCH = ("Breakfast is included, but lunch is not.",)
_PETS = ("Neither cats nor dogs are allowed in the hotel; birds are allowed.",)
_EXPORT = ("Tarn never exports data to Excel, while Velm exports data to Excel and CSV.",)
_TICKET = ("Children may enter without a ticket; adults may not enter without one.",)
_STOPPED = ("The firm stopped selling printers and now sells scanners.",)
_SHOP = ("The shop accepts cash but not cards.",)
_RECORD = ("Anna is an engineer and Tom is a lawyer.",)
_REFUND = ("Refunds are possible within 30 days, though not for vouchers.",)
_LIFT = ("The lift does not stop on floor 3, and the stairs lead to floor 3.",)
_ONLY = ("Only managers may approve travel; clerks may not approve it.",)
_DEPOSIT = ("A deposit is not required for students; a deposit is required for guests.",)
_MUSEUM = ("The museum is closed on Mondays but open on public holidays.",)
_ROOM = ("The room is warm in summer but cold in winter.",)
_PRINTERS = ("The old printer lacks a scanner; the new printer has a scanner.",)

CONTRADICTED = (
    SaidCase("When is the museum open?", _MUSEUM, "The museum is open on Mondays but closed on public holidays [1].", ("public holidays",)),
    SaidCase("When is the museum open?", _MUSEUM, "The museum is open on Mondays.", ("public holidays",)),
    SaidCase("When is the museum closed?", _MUSEUM, "The museum is closed on public holidays.", ("Mondays",)),
    SaidCase("When is the room cold?", _ROOM, "The room is cold in summer.", ("in winter",)),
    SaidCase("When is the room warm?", _ROOM, "The room is warm in winter.", ("in summer",)),
    SaidCase("Is the room cold in summer?", _ROOM, "The room is cold in summer.", (_ROOM[0],)),
    SaidCase("Which printer has a scanner?", _PRINTERS, "The old printer lacks a scanner.", ("the new printer has",)),
    SaidCase("What does the warranty cover?", ("The warranty does not cover water damage; it covers defects.",), "The warranty does not cover water damage.", ("it covers defects",)),
    SaidCase("Which printer has a scanner?", _PRINTERS, "The old printer has a scanner.", ("the new printer has",)),
    SaidCase("Does the old printer have a scanner?", _PRINTERS, "The old printer has a scanner.", (_PRINTERS[0],)),
    SaidCase("Does the Pro plan include backups?", _PLANS, "The Pro plan does not include backups [1].", (_PLANS[0],)),
    SaidCase("Does the Pro plan include backups?", _PLANS, "No, the Pro plan does not include backups.", (_PLANS[0],)),
    SaidCase("Does the free plan include backups?", _PLANS, "The free plan includes backups.", (_PLANS[0],)),
    SaidCase("Does the free plan include backups?", _PLANS, "Yes, backups are included in the free plan.", (_PLANS[0],)),
    SaidCase("Which plan includes backups?", _PLANS, "The free plan includes backups.", ("Pro plan",)),
    SaidCase("What does the Pro plan not include?", _PLANS, "The Pro plan does not include backups."),
    SaidCase("Does the free plan include backups?", _PLANS_APART, "The free plan includes backups."),
    SaidCase("Does the Pro plan include backups?", _PLANS_APART, "The Pro plan does not include backups."),
    SaidCase("Is the API available in the US region?", _REGIONS, "The API is not available in the US region [1].", (_REGIONS[0],)),
    SaidCase("Is the API available in the EU region?", _REGIONS, "The API is available in the EU region [1].", (_REGIONS[0],)),
    SaidCase("In which region is the API available?", _REGIONS, "The API is available in the EU region.", ("US region",)),
    SaidCase("Does the Business plan include phone support?", _PHONE, "The Business plan does not include phone support [1]. The Business plan is a business plan that is not a plan [1].", (_PHONE[0],)),
    SaidCase("Does the Starter plan include phone support?", _PHONE, "The Business plan does not include the Starter plan [1].", (_PHONE[0],)),
    SaidCase("Is the pool heated in summer?", _POOL, "The pool is not heated in summer [1].", (_POOL[0],)),
    SaidCase("Is the pool heated?", _POOL, "The pool is not heated [1].", (_POOL[0],)),
    SaidCase("Is the pool heated?", _POOL, "The pool is heated.", (_POOL[0],)),
    SaidCase("Is the pool heated?", _POOL_APART, "The pool is not heated."),
    SaidCase("Is the pool heated in summer?", _POOL_APART, "The pool is not heated in summer."),
    SaidCase("When is the pool heated?", _POOL, "The pool is heated in winter.", ("in summer",)),
    SaidCase("Is Jonas an engineer?", _JONAS, "Jonas is not an engineer [1].", (_JONAS[0],)),
    SaidCase("Is Jonas an engineer?", _JONAS, "Jonas is not a manager.", (_JONAS[0],)),
    SaidCase("Is TLS planned for version 2.0?", _TLS, "TLS is not supported yet.", (_TLS[0],)),
    SaidCase("Which plan includes backups?", _PLANS_APART, "The free plan includes backups."),
    SaidCase("When is the pool heated?", _POOL_APART, "The pool is heated in winter."),
    SaidCase("When is the pool heated?", _POOL_APART, "In winter."),
    SaidCase("When is the pool not heated?", _POOL, "The pool is not heated in summer."),
    SaidCase("When is the pool not heated?", _POOL_APART, "The pool is not heated in summer."),
    SaidCase("What is Jonas?", _JONAS, "Jonas is a manager."),
    SaidCase("Does it support TLS?", _TLS, "It is not planned for version 2.0 [1].", (_TLS[0],)),
    SaidCase("Is TLS planned for version 2.0?", _TLS, "TLS is not planned for version 2.0.", (_TLS[0],)),
    SaidCase("Is TLS supported?", _TLS, "TLS is supported.", (_TLS[0],)),
    SaidCase("Is the gym open on Sunday?", _GYM, "The gym is open on Sunday.", (_GYM[0],)),
    SaidCase("Is the gym open every day?", _GYM, "The gym is open every day."),
    SaidCase("Are dogs allowed in the hall on a leash?", _DOGS, "Dogs are not allowed in the hall on a leash.", (_DOGS[0],)),
    SaidCase("Are dogs allowed in the hall?", _DOGS, "Dogs are allowed in the hall.", (_DOGS[0],)),
    SaidCase("Are dogs allowed in the hall?", _DOGS, "Dogs are not allowed in the hall.", (_DOGS[0],)),
    SaidCase("Does the app support Windows 7?", _WINDOWS, "The app supports Windows 7.", (_WINDOWS[0],)),
    SaidCase("Does the app support Windows 11?", _WINDOWS, "The app no longer supports Windows 11.", (_WINDOWS[0],)),
    SaidCase("Which version of Windows does the app support?", _WINDOWS, "The app supports Windows 7.", ("Windows 11",)),
    SaidCase("May visitors use the sauna?", _VISITORS, "Visitors may use the sauna.", (_VISITORS[0],)),
    SaidCase("May members use the sauna?", _VISITORS, "Members may not use the sauna.", (_VISITORS[0],)),
    SaidCase("Who may use the sauna?", _VISITORS, "Visitors may use the sauna.", ("Members",)),
    SaidCase("Is lunch included?", _LUNCH, "Lunch is included.", (_LUNCH[0],)),
    SaidCase("Is breakfast included?", _LUNCH, "Breakfast is not included.", (_LUNCH[0],)),
    SaidCase("Are cats allowed in the hotel?", _PETS, "Cats are allowed in the hotel.", (_PETS[0],)),
    SaidCase("Are birds allowed in the hotel?", _PETS, "Birds are not allowed in the hotel.", (_PETS[0],)),
    SaidCase("Does Tarn export data to Excel?", _EXPORT, "Tarn exports data to Excel.", (_EXPORT[0],)),
    SaidCase("Does Velm export data to Excel?", _EXPORT, "Velm never exports data to Excel.", (_EXPORT[0],)),
    SaidCase("May adults enter without a ticket?", _TICKET, "Adults may enter without a ticket.", (_TICKET[0],)),
    SaidCase("May children enter without a ticket?", _TICKET, "Children may not enter without a ticket.", (_TICKET[0],)),
    SaidCase("Does the firm sell printers?", _STOPPED, "The firm sells printers.", (_STOPPED[0],)),
    SaidCase("Does the shop accept cards?", _SHOP, "The shop accepts cards.", (_SHOP[0],)),
    SaidCase("Does the shop accept cash?", _SHOP, "The shop does not accept cash.", (_SHOP[0],)),
    SaidCase("What does the shop accept?", _SHOP, "The shop accepts cards."),
    SaidCase("Is Anna a lawyer?", _RECORD, "Anna is a lawyer.", (_RECORD[0],)),
    SaidCase("Are refunds possible for vouchers?", _REFUND, "Refunds are possible for vouchers.", (_REFUND[0],)),
    SaidCase("Does the lift stop on floor 3?", _LIFT, "The lift stops on floor 3.", (_LIFT[0],)),
    SaidCase("Do the stairs lead to floor 3?", _LIFT, "The stairs do not lead to floor 3.", (_LIFT[0],)),
    SaidCase("May clerks approve travel?", _ONLY, "Clerks may approve travel.", (_ONLY[0],)),
    SaidCase("May managers approve travel?", _ONLY, "Managers may not approve travel.", (_ONLY[0],)),
    SaidCase("Is a deposit required for guests?", _DEPOSIT, "A deposit is not required for guests.", (_DEPOSIT[0],)),
    SaidCase("For whom is a deposit required?", _DEPOSIT, "A deposit is required for students.", ("guests",)),
    SaidCase("Who founded Acme?", ("Acme was not founded by Ann but by Bea.",), "Acme was founded by Ann."),
    SaidCase("Who founded Acme?", ("Acme was not founded by Ann but by Bea.",), "Acme was founded by Ann and Bea."),
    SaidCase("Who won?", ("Tom did not win and Eva won.",), "Tom won.", ("Eva won",)),
)  # fmt: skip
# Quoted as it is, and not as what only comes near an answer.
QUOTED = (
    SaidCase("Which plan includes backups?", _PLANS, "Backups are included in the Pro plan."),
    SaidCase("In which region is the API available?", _REGIONS, "The API is available in the US region."),
    SaidCase("When is the pool heated?", _POOL, "It is heated in winter."),
    SaidCase("Is the pool heated?", _POOL, "Yes."),
    SaidCase("Is Jonas an engineer?", _JONAS, "No."),
)  # fmt: skip
REPEATED = (
    SaidCase("When is the room cold?", _ROOM, "The room is cold in winter."),
    SaidCase("Does the free plan include backups?", _PLANS, "The free plan does not include backups."),
    SaidCase("Is a deposit required for guests?", _DEPOSIT, "Yes, a deposit is required for guests."),
    SaidCase("Is a deposit required for students?", _DEPOSIT, "A deposit is not required for students."),
    SaidCase("Is Anna an engineer?", _RECORD, "Yes, Anna is an engineer."),
    SaidCase("When is the pool heated?", _POOL, "The pool is heated in summer."),
    SaidCase("Who founded Acme?", ("Acme was not founded by Ann but by Bea.",), "Acme was founded by Bea."),
)  # fmt: skip

_THREE, _SIX = "The notice period is three months.", "The notice period is six weeks."
_LEASE = "This lease is for a flat in Bonn. {} The rent is 900 euros."
_WORK = "The contract begins in May. The employee works in Bonn. {}"
TITLED_APART = (
    ("What is the notice period?", (("Contract A", _THREE, _THREE), ("Contract B", _SIX, _SIX))),
    ("What is the notice period?", (("Lease", _LEASE.format(_THREE), _THREE), ("Employment contract", _WORK.format(_SIX), _SIX))),
    ("What is the notice period?", (("Lease", "The notice period for tenants is three months.", "The notice period for tenants is three months."), ("Job", "The notice period of the employee is six weeks.", "The notice period of the employee is six weeks."))),
    ("How long is the warranty?", (("Oven", "The warranty is two years.", "The warranty is two years."), ("Fridge", "The warranty is 18 months.", "The warranty is 18 months."))),
    ("How many seats does the van have?", (("Van A", "The van has five seats.", "The van has five seats."), ("Van B", "The van has nine seats.", "The van has nine seats."))),
    ("How heavy is the parcel?", (("A", "The parcel weighs 2 kg.", "The parcel weighs 2 kg."), ("B", "The parcel weighs 900 g.", "The parcel weighs 900 g."))),
)  # fmt: skip
