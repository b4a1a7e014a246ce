-- Contacts on which nobody hangs. One was left when an account asked for the first time twice at once, with two addresses:
-- it got one person, with one of them. Now the other goes at once; here go those that were left before.
--
-- Each is locked first, and looked at again by a statement of its own: somebody may just be coming to hang on it.

DO $$
DECLARE
    orphaned uuid;
BEGIN
    FOR orphaned IN
        SELECT c.contact_id FROM privacy.contacts AS c
        WHERE NOT EXISTS (SELECT FROM privacy.people AS p WHERE p.contact_id = c.contact_id)
        FOR UPDATE OF c
    LOOP
        DELETE FROM privacy.contacts AS c
        WHERE c.contact_id = orphaned
            AND NOT EXISTS (SELECT FROM privacy.people AS p WHERE p.contact_id = c.contact_id);
    END LOOP;
END
$$;
