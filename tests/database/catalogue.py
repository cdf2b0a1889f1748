"""What must be true of every table, function, policy and role: one statement each, which names what breaks it.

Each comes with a way to break it, so that no check can pass by looking at nothing.
"""

from typing import Final, LiteralString

import msgspec

# Whoever holds the link, not the person, is whom a sign-in link is found by; its person may not exist yet.
# Audit events are found by scope through an index; their key is their order.
KEYS_WITHOUT_SCOPE: Final[LiteralString] = "'login_tokens', 'audit_events'"

# Foreign keys that name a person, a business or the root itself: rows of another scope on purpose.
FOREIGN_SCOPES: Final = {
    "impersonations_operator_id_fkey": "who looked",
    "access_receipts_person_id_fkey": "who read",
    "grant_requests_person_id_fkey": "who asked",
    "grant_requests_answered_by_fkey": "who answered",
    "connections_supplier_id_fkey": "the bridge belongs to both sides",
    "supplier_members_person_id_fkey": "who the member is",
    "supplier_invitations_person_id_fkey": "who invited",
    "supplier_invitations_accepted_by_fkey": "who accepted",
    "wedding_members_person_id_fkey": "who the member is",
    "wedding_invitations_person_id_fkey": "who invited",
    "wedding_invitations_accepted_by_fkey": "who accepted",
    "data_requests_answered_by_fkey": "which operator answered",
    "legal_holds_subject_id_fkey": "who is held",
    "legal_holds_wedding_id_fkey": "which wedding is held",
    "legal_holds_approved_by_fkey": "who else set it",
    "legal_holds_release_asked_by_fkey": "who asked to let it go",
    "legal_holds_released_by_fkey": "who else let it go",
    "deployments_override_id_fkey": "any of those who release may use it, and that begins a release",
    "protection_overrides_commander_id_fkey": "who leads the incident",
    "protection_approvals_author_id_override_id_fkey": "who approves is another than who asked",
    "protection_redemptions_author_id_override_id_fkey": "any of those who release may use it",
    "protection_refusals_author_id_override_id_fkey": "who refuses may be another than who asked",
    "protection_reviews_author_id_override_id_fkey": "who reviews is another than who asked",
    "protection_reviews_override_id_fkey": "only what was used is reviewed",
    "wedding_shields_date_set_by_fkey": "which partner confirmed",
    "locked_copies_supplier_id_fkey": "whose row it is",
    "client_bulks_author_id_fkey": "who did it",
    "client_events_actor_id_fkey": "who did it",
    "client_filters_author_id_fkey": "who saved it",
    "client_imports_author_id_fkey": "who brought it",
    "client_notes_author_id_fkey": "who wrote it",
    "client_rounds_author_id_fkey": "who invites",
    "clients_wedding_id_supplier_id_fkey": "the connection of this business, by the bridge's own key",
    "acknowledgements_person_id_fkey": "who has seen it",
    "amendments_person_id_fkey": "who proposed",
    "api_keys_person_id_fkey": "who made it",
    "amendments_supplier_id_fkey": "for which business",
    "amendment_responses_person_id_fkey": "who answered",
    "amendment_responses_supplier_id_fkey": "for which business",
}

# What a scope alone cannot say, said in the open.
EXTRA_POLICIES: Final = {
    "access_receipts.left_by_suppliers": "who reads for a supplier leaves a receipt with the couple",
    "access_receipts.left_for_oneself": "nobody leaves a receipt in the name of another business",
    "access_receipts.own_receipts": "everybody sees what they left",
    "grant_requests.own_end": "a supplier sees what it asked for while it works there",
    "grant_requests.asks": "who works at a wedding may ask for more of it",
    "grant_requests.asks_for_itself": "nobody asks for another business",
    "grant_requests.withdraws": "who asked takes it back, and does not answer it",
    "grant_requests.answered_once": "an answer is given once, as oneself, and a supplier gives none",
    "acknowledgements.of_the_wedding": "whoever belongs to the wedding sees which supplier has seen what",
    "acknowledgements.seen_by_oneself": "a business says for itself what its members have seen; no program does",
    "acknowledgements.within_business": "a supplier sees what its own members have seen",
    "day_log.announced": "what is for everybody to know is read by everybody at work",
    "amendment_changes.binds": "a day, a clock or a place that changed binds everybody who works there",
    "amendment_changes.proposes": "who may propose does so for every fact that they read; approvals decide who writes",
    "amendment_responses.own_terms": "what a business makes of new terms is between it and the couple",
    "api_keys.made_as_oneself": "nobody makes a key as somebody else",
    "client_events.done_by_oneself": "nobody writes down what somebody else did",
    "client_import_rows.private_is_the_bringers": "private notes in a list are who brought it's",
    "client_import_rows.private_list_is_no_programs": "private notes in a list are a person's, not a program's",
    "client_notes.private_is_no_programs": "a private note is a person's, not a program's",
    "client_notes.private_is_the_authors": "a private note is its author's",
    "client_notes.private_is_changed_by_its_author": "a private note is its author's",
    "client_notes.written_as_oneself": "nobody notes as somebody else",
    "connections.leaves": "a supplier may end a connection alone, never begin one",
    "connections.only_ends": "connecting takes both sides, through an invitation",
    "connections.within_business": "a supplier sees its own connections, also those that ended",
    "connections.team": "suppliers of one wedding see each other",
    "connection_grants.own_end": "a supplier sees what it was granted",
    "day_log.own_entries": "who writes into the log reads back what their business wrote, whatever is shared",
    "core_field_revisions.restricted": "who asks to be forgotten is no longer reached by suppliers",
    "data_requests.own_weddings": "one takes one's own part out of a wedding, and nobody else's",
    "data_requests.taken_back_in_time": "an erasure that has begun is not withdrawn",
    "fact_proposals.for_the_couple": "what a supplier knew is put to the couple; what became of it is theirs",
    "legal_holds.kept_by_operators": "operators who answer people see what is held, and nobody else",
    "delete_batches.members": "one undoes one's own deletion; partners and leads undo anybody's",
    "deployments.colleagues": "operators see what was released",
    "deployments.who_release": "only who may release does",
    "operators.colleagues": "operators see each other",
    "protection_approvals.colleagues": "operators see who let what pass",
    "protection_approvals.who_release": "only who may release approves a release",
    "protection_overrides.colleagues": "operators see what was asked for",
    "protection_overrides.who_release": "only who may release asks for a release",
    "protection_redemptions.colleagues": "operators see what was used",
    "protection_redemptions.who_release": "only who may release uses an override",
    "protection_refusals.colleagues": "operators see what was refused",
    "protection_refusals.who_release": "only who may release refuses a release",
    "protection_reviews.colleagues": "operators see what was learnt",
    "protection_reviews.who_release": "only who may release reviews a release",
    "summons.colleagues": "operators see who was told that something waits",
    "supplier_invitations.team_withdrawn_by_admins": "only who invites to the team withdraws it",
    "supplier_invitations.team_by_admins": "staff invite couples; owner and admins invite staff; nobody as somebody else",
    "supplier_members.keeps_owner": "ownership is transferred, never edited",
    "supplier_members.own_memberships": "everybody sees where they belong, in any capacity",
    "unseen_changes.of_the_wedding": "whoever belongs to the wedding sees which supplier has not seen what",
    "unseen_changes.within_business": "a supplier sees what its own members have not seen",
    "venues.signed_in": "the directory is for everybody who is signed in",
    "venues.published_by_venues": "only a venue's owner, admins and managers publish; nobody whose business is another",
    "venues.kept_by_venues": "only a venue's owner, admins and managers change what it published",
    "wedding_invitations.own_invitation": "nobody invites as somebody else",
    "wedding_members.basics": "whoever sees the wedding sees who marries",
    "wedding_members.keeps_partners": "nobody shows a partner out",
    "wedding_members.own_memberships": "everybody sees where they belong, in any capacity",
    "weddings.named_by_couple": "connected suppliers read the title, those who may write the day change it",
}

PRODUCTION_CLOCK: Final = "CREATE OR REPLACE FUNCTION app.clock()\n RETURNS timestamp with time zone\n LANGUAGE sql\nRETURN clock_timestamp()\n"


class Check(msgspec.Struct, frozen=True):
    """`finds` answers with names, none when all is well; `breaks` makes it answer with `named`."""

    rule: str
    finds: LiteralString
    breaks: LiteralString
    named: str


CHECKS: Final = (
    Check(
        "every table states its scope and class",
        """select c.relname from pg_class c
           where c.relnamespace = 'app'::regnamespace and c.relkind in ('r', 'p')
             and not exists (select from guard.protected_tables p where p.table_name = c.oid)""",
        "create table app.loose (id uuid primary key)",
        "loose",
    ),
    Check(
        "row security is enabled and forced",
        """select c.relname from pg_class c
           where c.relnamespace = 'app'::regnamespace and c.relkind in ('r', 'p')
             and not (c.relrowsecurity and c.relforcerowsecurity)""",
        "alter table app.weddings no force row level security",
        "weddings",
    ),
    Check(
        "keys lead with the scope",
        f"""select c.relname from guard.protected_tables p join pg_class c on c.oid = p.table_name
            left join pg_constraint k on k.conrelid = c.oid and k.contype = 'p'
            left join pg_attribute a on a.attrelid = c.oid and a.attnum = k.conkey[1]
            where p.scope <> 'reference' and a.attname is distinct from p.scope_column
              and c.relname not in ({KEYS_WITHOUT_SCOPE})""",  # noqa: S608 - our own names
        """create table app.loose (id uuid primary key, wedding_id uuid);
           call app.protect_table('app.loose', scope => 'wedding', area => 'event', class => 'plan')""",
        "loose",
    ),
    Check(
        "foreign keys carry the scope",
        """select k.conname from pg_constraint k
           join guard.protected_tables here on here.table_name = k.conrelid
           join guard.protected_tables there on there.table_name = k.confrelid and there.scope <> 'reference'
           where k.contype = 'f' and not exists (
             select from unnest(k.conkey, k.confkey) as pair (mine, theirs)
             join pg_attribute m on m.attrelid = k.conrelid and m.attnum = pair.mine
             join pg_attribute t on t.attrelid = k.confrelid and t.attnum = pair.theirs
             where m.attname = here.scope_column and t.attname = there.scope_column)
             and k.conname <> all (%s)""",
        "alter table app.event_times add constraint plain foreign key (id) references app.people",
        "plain",
    ),
    Check(
        "no foreign key deletes or changes anything",
        """select conname from pg_constraint
           where contype = 'f' and connamespace = 'app'::regnamespace
             and not (confdeltype in ('a', 'r') and confupdtype in ('a', 'r'))""",
        """alter table app.event_times add constraint falling foreign key (wedding_id) references app.weddings
           on delete cascade""",
        "falling",
    ),
    Check(
        "tables, columns, views, functions and procedures are explained",
        """select c.relname || coalesce('.' || a.attname, '') from pg_class c
           left join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
             and c.relnamespace = 'app'::regnamespace
           where c.relkind in ('r', 'p', 'v') and c.relnamespace = any ('{app,live,guard}'::regnamespace[])
             and (obj_description(c.oid, 'pg_class') is null or col_description(c.oid, a.attnum) is null and a.attnum > 0)
           union all
           select proname from pg_proc
           where pronamespace = any ('{app,live,guard}'::regnamespace[]) and obj_description(oid, 'pg_proc') is null""",
        "alter table app.weddings add column mystery text",
        "weddings.mystery",
    ),
    Check(
        "the web and the worker delete, truncate and refer to nothing",
        """select r.rolname || ' ' || privilege || ' ' || c.relname
           from pg_class c, pg_roles r, unnest('{delete,truncate,references,trigger,maintain}'::text[]) privilege
           where c.relkind in ('r', 'p', 'v') and c.relnamespace = any ('{app,live,guard}'::regnamespace[])
             and r.rolname in ('wedsync_app', 'wedsync_worker') and has_table_privilege(r.oid, c.oid, privilege)""",
        "grant delete on app.wedding_events to wedsync_worker",
        "wedsync_worker delete wedding_events",
    ),
    Check(
        "nobody who signs in owns anything",
        """select classid::regclass || ' ' || objid from pg_shdepend
           where deptype = 'o' and refobjid in ('wedsync_app'::regrole, 'wedsync_worker'::regrole, 'wedsync_migrator'::regrole)
             and dbid = (select oid from pg_database where datname = current_database())""",
        "create table public.mine (id uuid); alter table public.mine owner to wedsync_app",
        "pg_class",
    ),
    Check(
        "no role passes by row security, one copies, the migrator becomes the owner and the worker who vacuums, nobody anybody else",
        """select rolname::text from pg_roles
           where rolname like 'wedsync\\_%%' and rolname <> session_user
             and (rolbypassrls or rolsuper or rolcreaterole or rolcreatedb
               or rolreplication and rolname <> 'wedsync_backup')
           union all
           select m.member::regrole || ' in ' || m.roleid::regrole from pg_auth_members m
           where m.roleid::regrole::text like 'wedsync\\_%%' and m.member::regrole::text <> session_user
             and (m.member::regrole::text, m.roleid::regrole::text) not in (
               ('wedsync_migrator', 'wedsync_owner'), ('wedsync_worker', 'wedsync_keeper'))""",
        "grant wedsync_guard to wedsync_app",
        "wedsync_app in wedsync_guard",
    ),
    Check(
        "functions with the guard's rights are the guard's, search nothing and are not for everyone",
        """select p.proname from pg_proc p
           where p.prosecdef and p.pronamespace = any ('{app,live,guard,jobs,public}'::regnamespace[])
             and (p.proowner <> 'wedsync_guard'::regrole or has_function_privilege('public', p.oid, 'execute')
                  or not coalesce('search_path=""' = any (p.proconfig), false))""",
        "create function app.loose() returns integer language sql security definer as 'select 1'",
        "loose",
    ),
    Check(
        "no function of ours is for everyone",
        """select p.proname from pg_proc p
           where p.pronamespace = any ('{app,live,guard,jobs}'::regnamespace[])
             and has_function_privilege('public', p.oid, 'execute')""",
        "grant execute on function app.erase_facts(uuid, text[]) to public",
        "erase_facts",
    ),
    Check(
        "no trigger can be switched off by a session",
        """select tgrelid::regclass || ' ' || tgname from pg_trigger t join pg_class c on c.oid = t.tgrelid
           where not t.tgisinternal and c.relnamespace = 'app'::regnamespace and t.tgenabled <> 'A'
           union all select evtname from pg_event_trigger where evtenabled <> 'A'
           union all select 'refuse_ddl' where not exists (select from pg_event_trigger where evtname = 'refuse_ddl')""",
        "alter table app.weddings enable trigger changed",
        "app.weddings changed",
    ),
    Check(
        "every table has its view, which reads with its reader's rights and shows no deletion",
        """select c.relname from pg_class c
           where c.relnamespace = 'live'::regnamespace and c.relkind = 'v'
             and (not coalesce('security_invoker=true' = any (c.reloptions), false)
                  or exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'delete_batch'))
           union all
           select t.relname from guard.protected_tables p join pg_class t on t.oid = p.table_name
           where not exists (select from pg_class v where v.relname = t.relname and v.relnamespace = 'live'::regnamespace)""",
        "create view live.loose as select id from app.people",
        "loose",
    ),
    Check(
        "beyond what protect_table writes, only the named policies exist",
        """select c.relname || '.' || p.polname from pg_policy p join pg_class c on c.oid = p.polrelid
           where c.relnamespace = 'app'::regnamespace and p.polname not in ('reads', 'adds', 'changes', 'guards', 'migrates')
             and c.relname || '.' || p.polname <> all (%s)""",
        "create policy back_door on app.weddings for select using (true)",
        "weddings.back_door",
    ),
    Check(
        "production's clock is the clock",
        "select 'clock' where pg_get_functiondef('app.clock()'::regprocedure) <> %s",
        "create or replace function app.clock() returns timestamptz language sql volatile return now()",
        "clock",
    ),
    Check(
        "secrets and what is hidden stay unread",
        """select a.attrelid::regclass || '.' || a.attname from pg_attribute a join pg_class c on c.oid = a.attrelid
           where c.relnamespace = any ('{app,live}'::regnamespace[]) and c.relkind in ('r', 'p', 'v')
             and a.attname = any ('{password_hash,token_hash,code_hash,salt,instants}')
             -- One's own: the salt proves an image one may read; to replace a password its column must be readable.
             and c.relname || '.' || a.attname not in ('audit_events.salt', 'sign_in_secrets.password_hash')
             and has_column_privilege('wedsync_app', a.attrelid, a.attnum, 'select')""",
        "grant select on app.sessions to wedsync_app",
        "app.sessions.token_hash",
    ),
    Check(
        "every column that could hold what somebody wrote says what it holds, and of whom",
        """select t.relname || '.' || a.attname from guard.protected_tables p join pg_class t on t.oid = p.table_name
           join pg_attribute a on a.attrelid = t.oid and a.attnum > 0 and not a.attisdropped
           where p.scope <> 'reference'
             and a.atttypid <> all ('{uuid,timestamptz,boolean,int2,int4,int8,bit}'::regtype[])
             and not exists (select from guard.column_values v where v.table_name = t.oid and v.column_name = a.attname)""",
        "alter table app.weddings add column mystery text",
        "weddings.mystery",
    ),
    Check(
        "what is to be erased may be erased, and what can be removed may be purged",
        """select v.table_name || '.' || v.column_name from guard.column_values v
           where v.how = 'removed' and not has_table_privilege('wedsync_guard', v.table_name, 'delete')
              or v.how in ('blanked', 'committed') and not has_column_privilege('wedsync_guard', v.table_name, v.column_name, 'update')
              or v.how = 'committed' and not has_column_privilege('wedsync_guard', v.table_name, 'salt', 'update')
           union all
           select p.table_name::text from guard.protected_tables p
           where p.has_batches and not has_table_privilege('wedsync_guard', p.table_name, 'delete')""",
        "revoke delete on app.venues from wedsync_guard",
        "app.venues",
    ),
)
