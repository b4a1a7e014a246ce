"""Who calls: one person for each role, and a second customer and organizer."""

from runtime.identity import Caller, Role

ANA = Caller("01900000-0000-7000-8000-0000000000a1", Role.CUSTOMER, "Ana Ruiz", "ana@example.org")
BEN = Caller("01900000-0000-7000-8000-0000000000b1", Role.CUSTOMER, "Ben Ode", "ben@example.org")
CLERK = Caller("01900000-0000-7000-8000-0000000000c1", Role.BOX_OFFICE, "Clara Box", "clara@example.org")
ORGANIZER = Caller("01900000-0000-7000-8000-0000000000d1", Role.ORGANIZER, "Olga Ono", "olga@example.org")
OTTO = Caller("01900000-0000-7000-8000-0000000000d2", Role.ORGANIZER, "Otto Oro", "otto@example.org")
AUDITOR = Caller("01900000-0000-7000-8000-0000000000e1", Role.AUDITOR, "Aude Itor", "aude@example.org")
ADMIN = Caller("01900000-0000-7000-8000-0000000000f1", Role.ADMIN, "Adam Min", "adam@example.org")
EVERYBODY = (ANA, CLERK, ORGANIZER, AUDITOR, ADMIN)
