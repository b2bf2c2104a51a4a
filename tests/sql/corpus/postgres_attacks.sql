## writes
INSERT INTO users (id) VALUES (1)
INSERT INTO users SELECT * FROM users
UPDATE users SET name = 'x'
DELETE FROM users WHERE id = 1
MERGE INTO users u USING orders o ON u.id = o.user_id WHEN MATCHED THEN DELETE
TRUNCATE users
DROP TABLE users
CREATE TABLE x (a int)
CREATE TEMP TABLE x AS SELECT * FROM users
CREATE TABLE x AS TABLE users
ALTER TABLE users ADD COLUMN x int
SELECT * INTO copy FROM users
SELECT id INTO TEMP copy FROM users
SELECT 1 INTO UNLOGGED copy
WITH x AS (DELETE FROM users RETURNING *) SELECT * FROM x
WITH x AS (INSERT INTO users (id) VALUES (1) RETURNING id) SELECT id FROM x
WITH x AS (UPDATE users SET name = 'x' RETURNING id) SELECT count(*) FROM x
WITH a AS (SELECT 1), x AS (UPDATE users SET name = 'x') SELECT 1
WITH x AS (WITH y AS (DELETE FROM users RETURNING id) SELECT * FROM y) SELECT * FROM x
WITH x AS MATERIALIZED (DELETE FROM users RETURNING *) TABLE x
WITH x AS (SELECT 1) DELETE FROM users
WITH x AS (SELECT 1) INSERT INTO users (id) SELECT 1
SELECT 1; DELETE FROM users
SELECT 1; COMMIT; DELETE FROM users
SELECT 1;;DELETE FROM users
SELECT 1 /* */; /* */ DROP TABLE users
CREATE VIEW v AS SELECT 1
CREATE INDEX i ON users (name)
COMMENT ON TABLE users IS 'x'
REFRESH MATERIALIZED VIEW sales
CREATE SEQUENCE s
CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'
CREATE FUNCTION f() RETURNS int LANGUAGE sql SECURITY DEFINER AS $$ DELETE FROM users; SELECT 1 $$
CREATE TRIGGER t AFTER INSERT ON users EXECUTE FUNCTION f()
CREATE EXTENSION dblink
CREATE ROLE bob LOGIN PASSWORD 'x'
CREATE USER bob
ALTER ROLE postgres PASSWORD 'x'
ALTER SYSTEM SET work_mem = '1GB'
ALTER DATABASE postgres SET search_path = 'x'
GRANT ALL ON users TO PUBLIC
REVOKE ALL ON users FROM PUBLIC
DROP OWNED BY bob
REASSIGN OWNED BY a TO b
SECURITY LABEL ON TABLE users IS 'x'
IMPORT FOREIGN SCHEMA x FROM SERVER y INTO z
COPY users FROM '/etc/passwd'
COPY users TO '/tmp/x'
COPY users TO PROGRAM 'curl x'
COPY (SELECT 1) TO STDOUT
COPY users TO STDOUT
## session, transactions, locks
BEGIN
COMMIT
ROLLBACK
START TRANSACTION
SAVEPOINT a
RELEASE SAVEPOINT a
ROLLBACK TO SAVEPOINT a
END
ABORT
PREPARE TRANSACTION 'x'
COMMIT PREPARED 'x'
SET search_path = evil
SET LOCAL statement_timeout = 0
SET ROLE postgres
SET SESSION AUTHORIZATION postgres
SET TRANSACTION READ WRITE
SET SESSION CHARACTERISTICS AS TRANSACTION READ WRITE
RESET ALL
RESET ROLE
DISCARD ALL
LISTEN x
NOTIFY x, 'y'
UNLISTEN *
LOCK TABLE users
LOCK users IN ACCESS EXCLUSIVE MODE
PREPARE p AS SELECT 1
EXECUTE p
DEALLOCATE p
DECLARE c CURSOR FOR SELECT 1
FETCH 1 FROM c
MOVE c
CLOSE c
CALL p()
DO $$ BEGIN DELETE FROM users; END $$
DO LANGUAGE plpgsql $$ BEGIN NULL; END $$
VACUUM
VACUUM FULL users
ANALYZE
ANALYZE users
ANALYSE users
CHECKPOINT
CLUSTER users
REINDEX TABLE users
LOAD 'x'
SHOW ALL
SHOW hba_file
SHOW app.secret
SELECT * FROM users FOR UPDATE
SELECT * FROM users FOR NO KEY UPDATE
SELECT * FROM users FOR SHARE
SELECT * FROM users FOR KEY SHARE SKIP LOCKED
SELECT * FROM users FOR UPDATE OF users NOWAIT
SELECT * FROM (SELECT * FROM users FOR UPDATE) x
WITH a AS (SELECT * FROM users FOR SHARE) SELECT * FROM a
SELECT (SELECT id FROM users LIMIT 1 FOR UPDATE)
SELECT * FROM users u, LATERAL (SELECT 1 FROM orders FOR UPDATE) x
SELECT pg_advisory_lock(1)
SELECT pg_try_advisory_lock(1)
SELECT pg_advisory_xact_lock(1, 2)
SELECT pg_advisory_unlock_all()
SELECT set_config('default_transaction_read_only', 'off', false)
SELECT pg_catalog.set_config('x', 'y', true)
SELECT setseed(0.5)
SELECT nextval('s')
SELECT setval('s', 1)
SELECT currval('s'), lastval()
SELECT txid_current()
SELECT pg_current_xact_id()
SELECT pg_notify('a', 'b')
SELECT pg_export_snapshot()
EXPLAIN DELETE FROM users
EXPLAIN ANALYZE DELETE FROM users
EXPLAIN (ANALYZE) DELETE FROM users
EXPLAIN (ANALYZE true) UPDATE users SET name = 'x'
EXPLAIN ANALYZE WITH x AS (DELETE FROM users RETURNING *) SELECT * FROM x
EXPLAIN ANALYZE SELECT pg_sleep(10)
EXPLAIN ANALYZE CREATE TABLE x AS SELECT 1
EXPLAIN ANALYZE EXECUTE p
EXPLAIN (FORMAT JSON, ANALYZE) INSERT INTO users VALUES (1)
## sleeping and killing
SELECT pg_sleep(10)
SELECT pg_sleep_for('5 minutes')
SELECT pg_sleep_until('tomorrow')
SELECT PG_SLEEP (10)
SELECT "pg_sleep"(10)
SELECT pg_catalog.pg_sleep(10)
SELECT pg_catalog . "pg_sleep" (10)
SELECT pg_sleep/**/(10)
SELECT count(*) FROM pg_sleep(10)
SELECT * FROM users, pg_sleep(10)
SELECT * FROM users CROSS JOIN LATERAL pg_sleep(1) x
SELECT * FROM users JOIN LATERAL (SELECT pg_sleep(1)) x ON true
SELECT * FROM ROWS FROM (pg_sleep(1), generate_series(1, 2)) t
SELECT 1 FROM users WHERE pg_sleep(1) IS NULL
SELECT 1 ORDER BY pg_sleep(1)
SELECT 1 LIMIT (SELECT 1 FROM pg_sleep(1))
SELECT 1 OFFSET length(pg_sleep(1)::text)
SELECT count(*) FILTER (WHERE pg_sleep(1) IS NULL) FROM users
SELECT sum(1) OVER (ORDER BY pg_sleep(1))
SELECT sum(1) OVER w FROM users WINDOW w AS (PARTITION BY pg_sleep(1)::text)
SELECT count(*) FROM users GROUP BY pg_sleep(1)::text
SELECT count(*) FROM users HAVING pg_sleep(1) IS NULL
SELECT DISTINCT ON (pg_sleep(1)::text) id FROM users
SELECT CASE WHEN true THEN pg_sleep(1) END
SELECT COALESCE(pg_sleep(1)::text, 'x')
SELECT ARRAY[pg_sleep(1)::text]
SELECT ROW(pg_sleep(1))
SELECT (ARRAY(SELECT pg_sleep(1)))[1]
VALUES (pg_sleep(1))
SELECT * FROM (VALUES (pg_sleep(1))) x
SELECT id FROM users WHERE id IN (SELECT 1 FROM pg_sleep(1))
SELECT 1 UNION SELECT length(pg_sleep(1)::text)
SELECT string_agg(name, pg_sleep(1)::text ORDER BY pg_sleep(1)::text) FROM users
SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY length(pg_sleep(1)::text)) FROM users
SELECT jsonb_build_object('a', pg_sleep(1)::text)
SELECT tags[length(pg_sleep(1)::text)] FROM users
SELECT tags[1:length(pg_sleep(1)::text)] FROM users
SELECT id FROM users TABLESAMPLE SYSTEM (length(pg_sleep(1)::text))
WITH pg_sleep(a) AS (SELECT 1) SELECT pg_sleep(10)
SELECT 1 FROM users pg_sleep(a, b) WHERE pg_sleep(5) IS NULL
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
SELECT pg_cancel_backend(1)
SELECT pg_reload_conf()
SELECT pg_rotate_logfile()
SELECT pg_promote()
SELECT pg_switch_wal()
SELECT pg_create_restore_point('x')
SELECT pg_stat_reset()
SELECT pg_log_backend_memory_contexts(1)
SELECT pg_logical_emit_message(true, 'a', 'b')
SELECT pg_create_physical_replication_slot('x')
SELECT pg_drop_replication_slot('x')
SELECT pg_logical_slot_get_changes('x', NULL, NULL)
SELECT pg_replication_origin_create('x')
SELECT pg_import_system_collations('x')
SELECT brin_summarize_new_values('x')
SELECT gin_clean_pending_list('x')
## files, network, large objects
SELECT pg_read_file('/etc/passwd')
SELECT pg_read_binary_file('/etc/passwd')
SELECT pg_ls_dir('/')
SELECT * FROM pg_ls_dir('.')
SELECT * FROM pg_ls_logdir()
SELECT pg_ls_waldir()
SELECT pg_stat_file('x')
SELECT pg_current_logfile()
SELECT lo_import('/etc/passwd')
SELECT lo_export(1, '/tmp/x')
SELECT lo_create(0)
SELECT lo_creat(-1)
SELECT lo_unlink(1)
SELECT lo_from_bytea(0, 'x')
SELECT lo_put(1, 0, 'x')
SELECT lo_get(1)
SELECT loread(1, 2), lowrite(1, 'x')
SELECT dblink('host=x', 'DELETE FROM users')
SELECT * FROM dblink('dbname=x', 'SELECT 1') AS t(a int)
SELECT dblink_exec('x'), dblink_connect('x')
SELECT pg_file_write('a', 'b', false)
SELECT pg_execute_server_program('x')
SELECT query_to_xml('DELETE FROM users', true, true, '')
SELECT cursor_to_xml('c', 1, true, true, '')
SELECT table_to_xml('pg_authid', true, false, '')
SELECT schema_to_xml('public', true, false, '')
SELECT database_to_xml(true, false, '')
SELECT query_to_xmlschema('SELECT 1', true, true, '')
SELECT ts_stat('SELECT pg_sleep(1)')
SELECT * FROM ts_stat('SELECT search FROM products')
SELECT ts_rewrite('a'::tsquery, 'SELECT 1')
SELECT * FROM crosstab('SELECT 1') AS t(a int)
SELECT xml_is_well_formed(pg_read_file('x'))
SELECT unknown_function(1)
SELECT public.lower('x')
SELECT evil.count(*) FROM users
SELECT myschema.myfunction(id) FROM users
SELECT 1 OPERATOR(evil.+) 2
SELECT 1 OPERATOR(public.+) 2
SELECT a OPERATOR(public.@>) b FROM t
SELECT lower(wipe(name)) FROM users
## secrets
SELECT * FROM pg_authid
SELECT rolpassword FROM pg_catalog.pg_authid
SELECT passwd FROM pg_shadow
SELECT * FROM "pg_shadow"
SELECT * FROM pg_user_mapping
SELECT * FROM pg_user_mappings
SELECT * FROM information_schema.user_mapping_options
SELECT * FROM information_schema._pg_user_mappings
SELECT * FROM pg_hba_file_rules
SELECT * FROM pg_ident_file_mappings
SELECT * FROM pg_file_settings
SELECT * FROM pg_statistic
SELECT most_common_vals FROM pg_stats
SELECT * FROM pg_stats_ext
SELECT * FROM pg_stats_ext_exprs
SELECT * FROM pg_statistic_ext_data
SELECT pg_mcv_list_items(stxdmcv) FROM pg_statistic_ext_data
SELECT * FROM pg_largeobject
SELECT subconninfo FROM pg_subscription
TABLE pg_authid
SELECT 1 WHERE EXISTS (SELECT 1 FROM pg_shadow WHERE usename = 'x')
WITH a AS (TABLE pg_shadow) SELECT * FROM a
WITH pg_shadow AS (SELECT * FROM pg_shadow) SELECT * FROM pg_shadow
EXPLAIN ANALYZE SELECT * FROM pg_shadow
SELECT * FROM pg_stat_wal_receiver
SELECT * FROM pg_config
SELECT pg_show_all_file_settings()
SELECT current_setting('app.jwt_secret')
SELECT current_setting('primary_conninfo')
SELECT current_setting(name) FROM pg_settings
SELECT current_setting('server_version' || name) FROM users
SELECT pg_options_to_table(umoptions) FROM pg_user_mapping
SELECT * FROM pg_toast.pg_toast_2619
## hidden by spelling
SELECT U&"\0070g_sleep"(1)
SELECT U&'\0061'
SELECT U & "x"(1)
SELECT '\' , pg_sleep(1) --'
SELECT E'\' , pg_sleep(1) --
SELECT $$ , pg_sleep(1) $$, pg_sleep(1)
SELECT $a$ $a$ || pg_sleep(1)::text || $a$ $a$
SELECT a$b$ , pg_sleep(1), c$b$
SELECT 1 /* /* */ , pg_sleep(1) */ */, pg_sleep(1)
SELECT 'unterminated
SELECT "unterminated
SELECT /* unterminated
SELECT (1
SELECT 1)
FROM users
users
;
SELEC 1
SELECT FROM WHERE
SELECT 1 SELECT 2
HELP
\d users
SELECT 1 \g
SELECT (users).wipe() FROM users
## found by attacking it
SELECT "Lower"('x')
SELECT "PG_CATALOG".lower('x')
SELECT a[1:pg_sleep(1)] FROM t
SELECT lower(current_setting('app.x'))
SELECT current_setting(E'app.secret')
WITH evil(a) AS (SELECT 1), b AS (SELECT evil (1)) SELECT 1
SELECT 1 FROM users AS evil (a, b), evil (5) AS x
SELECT (u).wipe FROM users u
SELECT 1 FROM t TABLESAMPLE evil_method(1)
SELECT * FROM mydb.pg_catalog.pg_authid
SELECT 1 AS x FROM pg_shadow AS t(pg_shadow)
EXPLAIN ANALYSE DELETE FROM users
SELECT * REPLACE (pg_sleep(1) AS a) FROM t
SELECT string(1), vector(2), number(3)
SELECT extract(year FROM pg_sleep(1))
SELECT ıN(1)
VALUES (1) FOR UPDATE
SELECT 1 INTO/**/x
SELECT decimal(decimal(decimal(decimal(decimal(decimal(decimal(decimal(decimal(1)))))))))
## Calls by field selection
SELECT (0.1).pg_sleep
SELECT (10::float8).pg_sleep
SELECT (t.x).pg_sleep FROM (SELECT 5::float8 AS x) t
SELECT ('s'::regclass).nextval
SELECT (x).nextval FROM (SELECT 's'::regclass AS x) t
SELECT (f.x).nextval FROM (SELECT 's'::regclass as x) f
SELECT g.lo_unlink FROM generate_series(1,1) g
SELECT g.nextval FROM cast('s' AS regclass) g
SELECT x.pg_sleep FROM unnest(ARRAY[0.1]::float8[]) x
SELECT ('/etc/passwd'::text).pg_read_file
SELECT x.pg_read_file FROM unnest(ARRAY['/etc/passwd']) x
SELECT x.pg_ls_dir FROM unnest(ARRAY['/']) AS x
SELECT ('http://evil'::text).http_get
SELECT (SELECT 5::float8).pg_sleep
SELECT (coalesce(5.0::float8)).pg_sleep
SELECT ((5.0)).pg_sleep
SELECT (ARRAY[5.0]::float8[])[1].pg_sleep
SELECT ((ARRAY[5.0]::float8[])[1]).pg_sleep
SELECT (data).lo_import FROM t
SELECT * FROM t WHERE (id).pg_terminate_backend
SELECT * FROM t ORDER BY (id).pg_cancel_backend
SELECT ("id")."pg_sleep" FROM t
SELECT (1).evil
SELECT (now()).evil
SELECT ('a' || 'b').evil
SELECT (1 + 1).evil
SELECT g.evil FROM generate_series(1, 2) g
SELECT g.evil FROM generate_series(1, 2) AS g(n)
SELECT x.evil FROM unnest(ARRAY[1]) x
SELECT l.evil FROM t, LATERAL abs(t.a) l
SELECT l.lo_unlink FROM t CROSS JOIN LATERAL unnest(t.ids) l
SELECT (x).* FROM (SELECT (5.0).pg_sleep) x
SELECT d.pg_sleep FROM current_date d
SELECT j.evil FROM jsonb_array_elements('[]') j
SELECT (row(1)).pg_sleep
SELECT r.pg_sleep FROM ROWS FROM (abs(5)) r
SELECT (SELECT g.evil) FROM generate_series(1, 2) g
