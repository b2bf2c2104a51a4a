## writes
INSERT INTO users (id) VALUES (1)
INSERT OR REPLACE INTO users (id) VALUES (1)
INSERT INTO users DEFAULT VALUES
REPLACE INTO users (id) VALUES (1)
UPDATE users SET name = 'x'
UPDATE OR IGNORE users SET name = 'x'
DELETE FROM users WHERE id = 1
DROP TABLE users
CREATE TABLE x (a)
CREATE TEMP TABLE x (a)
CREATE TABLE x AS SELECT * FROM users
CREATE VIRTUAL TABLE x USING fts5 (a)
CREATE VIRTUAL TABLE x USING csv (filename = '/etc/passwd')
CREATE INDEX i ON users (name)
CREATE VIEW v AS SELECT 1
CREATE TRIGGER t AFTER INSERT ON users BEGIN DELETE FROM orders; END
ALTER TABLE users ADD COLUMN x
ALTER TABLE users RENAME TO y
ALTER TABLE users DROP COLUMN name
WITH x AS (SELECT 1) DELETE FROM users
WITH x AS (SELECT 1) INSERT INTO users (id) SELECT 1
WITH x AS (SELECT 1) UPDATE users SET name = 'x'
INSERT INTO users (id) VALUES (1) RETURNING id
SELECT 1; DELETE FROM users
SELECT 1;; DROP TABLE users
BEGIN
BEGIN IMMEDIATE
BEGIN EXCLUSIVE TRANSACTION
COMMIT
END
END TRANSACTION
ROLLBACK
SAVEPOINT a
RELEASE a
ROLLBACK TO a
ATTACH '/tmp/x.db' AS x
ATTACH DATABASE ':memory:' AS x
DETACH x
VACUUM
VACUUM INTO '/tmp/x.db'
VACUUM main INTO '/tmp/x.db'
ANALYZE
ANALYZE users
REINDEX
REINDEX users
EXPLAIN DELETE FROM users
EXPLAIN QUERY PLAN DELETE FROM users
EXPLAIN ATTACH 'x' AS y
EXPLAIN VACUUM INTO 'x'
SELECT * FROM users FOR UPDATE
SELECT * INTO x FROM users
## pragmas
PRAGMA writable_schema = 1
PRAGMA writable_schema(1)
PRAGMA writable_schema
PRAGMA user_version = 5
PRAGMA user_version(5)
PRAGMA main.user_version = 5
PRAGMA journal_mode = WAL
PRAGMA journal_mode(DELETE)
PRAGMA journal_mode = OFF
PRAGMA foreign_keys = OFF
PRAGMA foreign_keys(0)
PRAGMA query_only = 0
PRAGMA query_only(0)
PRAGMA synchronous = OFF
PRAGMA wal_checkpoint
PRAGMA wal_checkpoint(TRUNCATE)
PRAGMA optimize
PRAGMA incremental_vacuum
PRAGMA incremental_vacuum(10)
PRAGMA shrink_memory
PRAGMA temp_store_directory = '/tmp'
PRAGMA data_store_directory = '/tmp'
PRAGMA case_sensitive_like = 1
PRAGMA trusted_schema = 1
PRAGMA schema_version = 5
PRAGMA application_id = 5
PRAGMA encoding = 'UTF-16'
PRAGMA locking_mode = EXCLUSIVE
PRAGMA mmap_size = 0
PRAGMA cache_size = 5
PRAGMA cell_size_check = 1
PRAGMA auto_vacuum = 1
PRAGMA page_size = 512
PRAGMA key = 'x'
PRAGMA rekey = 'x'
PRAGMA hexkey = 'x'
PRAGMA activate_extensions = 'x'
PRAGMA table_info(users); DROP TABLE users
PRAGMA table_info(users) x
PRAGMA foreign_keys -1
PRAGMA busy_timeout = 0
SELECT * FROM pragma_writable_schema
SELECT * FROM pragma_wal_checkpoint
SELECT * FROM pragma_optimize
SELECT * FROM pragma_incremental_vacuum(5)
SELECT * FROM pragma_journal_mode('wal')
SELECT * FROM pragma_shrink_memory()
SELECT * FROM main.pragma_wal_checkpoint
SELECT * FROM "pragma_wal_checkpoint"
SELECT * FROM [pragma_wal_checkpoint]
SELECT 1 IN pragma_wal_checkpoint
SELECT 1 IN pragma_journal_mode('wal')
SELECT * FROM 'pragma_wal_checkpoint'
## functions
SELECT load_extension('x')
SELECT load_extension('x', 'y')
SELECT "load_extension"('x')
SELECT [load_extension]('x')
SELECT `load_extension`('x')
SELECT load_extension /* */ ('x')
SELECT Load_Extension('x')
SELECT readfile('/etc/passwd')
SELECT writefile('/tmp/x', 'y')
SELECT edit('x', 'vi')
SELECT fts3_tokenizer('x')
SELECT fts3_tokenizer('x', x'00')
SELECT * FROM fsdir('/')
SELECT * FROM csv('/etc/passwd')
SELECT sqlite_log(1, 'x')
SELECT optimize(docs) FROM docs
SELECT rtreecheck('x')
SELECT fts5(?)
SELECT eval('DELETE FROM users')
SELECT unknown_function(1)
SELECT id FROM users WHERE load_extension('x')
SELECT id FROM users ORDER BY load_extension('x')
SELECT id FROM users LIMIT load_extension('x')
SELECT id FROM users GROUP BY load_extension('x')
SELECT count(*) FILTER (WHERE load_extension('x')) FROM users
SELECT sum(1) OVER (ORDER BY load_extension('x'))
SELECT CASE WHEN load_extension('x') THEN 1 END
SELECT 1 IN (load_extension('x'))
VALUES (load_extension('x'))
SELECT * FROM (VALUES (load_extension('x')))
WITH x AS (SELECT load_extension('x')) SELECT * FROM x
SELECT 1 UNION SELECT load_extension('x')
SELECT (SELECT load_extension('x'))
SELECT json_object('a', load_extension('x'))
SELECT * FROM users JOIN orders ON load_extension('x')
SELECT zeroblob(1000000000)
SELECT hex(zeroblob(150000000))
SELECT zeroblob(1024 * 1024 * 1024)
SELECT zeroblob(id) FROM users
SELECT randomblob(1000000000)
SELECT replace(hex(zeroblob(100000000)), '00', 'xxxx')
SELECT printf('%.*c', 1000000000, 'x')
SELECT printf('%1000000000d', 1)
SELECT format('%.1000000000f', 1)
SELECT printf('%' || '1000000000d', 1)
SELECT printf(name) FROM users
## secrets
SELECT * FROM sqlite_dbpage
SELECT data FROM main.sqlite_dbpage WHERE pgno = 1
SELECT * FROM "sqlite_dbpage"
SELECT * FROM sqlite_stat1
SELECT * FROM sqlite_stat4
SELECT sample FROM main.sqlite_stat4
SELECT 1 IN sqlite_dbpage
SELECT 1 IN main.sqlite_stat1
SELECT 1 IN "sqlite_stat1"
SELECT 1 IN 'sqlite_stat1'
SELECT * FROM sqlite_dbdata
WITH x AS (SELECT * FROM sqlite_stat4) SELECT * FROM x
WITH sqlite_stat1 AS (SELECT * FROM sqlite_stat1) SELECT * FROM sqlite_stat1
EXPLAIN QUERY PLAN SELECT * FROM sqlite_stat4
## hidden by spelling
SELECT 1 /* /* */ , load_extension('x') -- */ */
SELECT 'a\' , load_extension('x') -- '
SELECT /* unterminated
SELECT 'unterminated
SELECT "unterminated
SELECT [unterminated
SELECT (1
SELECT 1)
SELEC 1
users
;
.tables
.shell ls
.read x
SHOW TABLES
DESCRIBE users
SET x = 1
USE x
GRANT ALL ON users TO bob
CALL p()
COPY users TO 'x'
## found by attacking it
SELECT x.load_extension('x')
SELECT * FROM "load_extension"('x')
SELECT RAISE(ABORT, 'x')
EXPLAIN PRAGMA writable_schema=1
PRAGMA [writable_schema]=1
SELECT zeroblob(0x7fffffff)
SELECT * FROM pragma_table_info('x'), pragma_journal_mode
SELECT * FROM fsdir WHERE path = '/'
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
TRUNCATE users
ALTER TABLE users ADD COLUMN x INT
ALTER TABLE users DROP COLUMN x
ALTER TABLE users RENAME TO u2
CREATE TABLE x (id INT)
CREATE TEMPORARY TABLE x AS SELECT 1
CREATE INDEX i ON t (a)
CREATE UNIQUE INDEX i ON t (a)
CREATE TRIGGER tr AFTER INSERT ON t BEGIN DELETE FROM x; END
SELECT 1; DROP TABLE users
SELECT 1; DELETE FROM users; --
SELECT 1;;DELETE FROM users
SELECT 1;\tDELETE FROM users
;DELETE FROM users
SELECT 1; SELECT 2
SELECT 1 /* x */; /* y */ UPDATE t SET a = 1
BEGIN; DELETE FROM t; COMMIT
COMMIT; DELETE FROM t
SAVEPOINT s
RELEASE SAVEPOINT s
START TRANSACTION
EXPLAIN ANALYZE DELETE FROM users
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
SET ROLE admin
WITH x AS (SELECT 1) INSERT INTO t SELECT * FROM x
WITH x AS (SELECT 1) UPDATE t SET a = 1
WITH RECURSIVE c AS (SELECT 1) DELETE FROM t WHERE id IN (SELECT * FROM c)
REPLACE INTO t VALUES (1)
MERGE INTO t USING s ON t.id = s.id WHEN MATCHED THEN DELETE
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
HELP
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
ATTACH DATABASE '/tmp/x.db' AS x
ATTACH ':memory:' AS x
VACUUM main INTO 'x'
VACUUM main
PRAGMA journal_mode(WAL)
PRAGMA journal_mode = DELETE
PRAGMA main.journal_mode = OFF
PRAGMA query_only=OFF
PRAGMA writable_schema=ON
PRAGMA page_size(512)
PRAGMA cache_size = 1000000
PRAGMA temp_store = FILE
PRAGMA wal_autocheckpoint = 0
PRAGMA incremental_vacuum(5)
PRAGMA optimize(0x10002)
PRAGMA recursive_triggers = 1
PRAGMA mmap_size = 100000000
PRAGMA busy_timeout = 100000
PRAGMA secure_delete = 0
PRAGMA max_page_count = 1
PRAGMA soft_heap_limit = 1
PRAGMA hard_heap_limit = 1
PRAGMA threads = 8
PRAGMA read_uncommitted = 1
PRAGMA defer_foreign_keys = 1
PRAGMA ignore_check_constraints = 1
PRAGMA legacy_alter_table = 1
PRAGMA reverse_unordered_selects = 1
PRAGMA automatic_index = 0
PRAGMA analysis_limit = 1
PRAGMA checkpoint_fullfsync = 1
PRAGMA fullfsync = 1
PRAGMA journal_size_limit = 1
PRAGMA vdbe_trace = 1
PRAGMA parser_trace = ON
PRAGMA table_info(x); DELETE FROM t
PRAGMA table_info(x) DELETE FROM t
PRAGMA table_info((SELECT 1))
PRAGMA /* */ user_version /* */ = /* */ 7
PRAGMA "user_version" = 7
PRAGMA [journal_mode] = WAL
PRAGMA `query_only` = 0
PRAGMA user_version=-1
SELECT * FROM pragma_user_version(5)
SELECT * FROM pragma_wal_checkpoint('truncate')
SELECT * FROM pragma_query_only(0)
SELECT * FROM pragma_optimize()
SELECT * FROM pragma_incremental_vacuum(10)
SELECT * FROM pragma_writable_schema(1)
SELECT * FROM "pragma_writable_schema"(1)
SELECT * FROM t, pragma_query_only('off')
SELECT * FROM t WHERE a IN pragma_wal_checkpoint
SELECT load_extension('/tmp/evil.so')
SELECT load_extension('/tmp/evil.so', 'init')
SELECT load_extension /**/ ('x')
SELECT edit('x')
SELECT * FROM t, fsdir('/etc')
SELECT lsmode(1), zipfile('a', 'b')
SELECT * FROM zipfile('/tmp/x.zip')
SELECT * FROM csv('x')
SELECT fts3_tokenizer('simple')
SELECT fts3_tokenizer('simple', x'00')
SELECT randomblob(10), load_extension('y')
SELECT sqlite_dbpage.data FROM sqlite_dbpage
SELECT * FROM sqlite_dbpage WHERE pgno = 1
SELECT * FROM sqlite_dbpage('main')
SELECT * FROM main.sqlite_dbpage
SELECT data FROM [sqlite_dbpage]
SELECT a IN sqlite_dbpage FROM t
SELECT * FROM sqlite_dbptr
SELECT * FROM sqlite_stat3
SELECT * FROM bytecode('select 1')
SELECT * FROM tables_used('select 1')
SELECT * FROM sqlite_stmt
SELECT * FROM sqlite_memstat
SELECT eval('delete from t')
SELECT sqlite_rename_table(1,2,3,4,5,6,7)
SELECT sqlite_rename_column(1,2,3,4,5,6,7,8,9)
SELECT sqlite_drop_column(1,2,3)
SELECT icu_load_collation('x', 'y')
SELECT spatialite_init(), ImportSHP('x')
SELECT system('id')
SELECT shell_exec('id')
SELECT evil(1)
SELECT a FROM t ORDER BY evil(1)
SELECT a FROM t GROUP BY load_extension('x')
SELECT a FROM t LIMIT load_extension('x')
SELECT a FROM t LIMIT 1 OFFSET load_extension('x')
SELECT sum(a) FILTER (WHERE load_extension('x')) FROM t
SELECT sum(a) OVER (PARTITION BY load_extension('x')) FROM t
SELECT sum(a) OVER w FROM t WINDOW w AS (ORDER BY load_extension('x'))
SELECT sum(a) OVER (ROWS load_extension('x') PRECEDING) FROM t
SELECT CASE load_extension('x') WHEN 1 THEN 2 END
SELECT CAST(load_extension('x') AS TEXT)
SELECT 'a' LIKE 'b' ESCAPE load_extension('x')
SELECT 'a' MATCH load_extension('x')
SELECT EXISTS (SELECT load_extension('x'))
SELECT a FROM t JOIN u ON load_extension('x')
SELECT a COLLATE NOCASE || load_extension('x') FROM t
WITH a AS (SELECT load_extension('x')) SELECT * FROM a
SELECT * FROM json_each(load_extension('x'))
SELECT json_extract(load_extension('x'), '$')
SELECT data -> load_extension('x') FROM t
SELECT group_concat(a, load_extension('x')) FROM t
SELECT iif(1, load_extension('x'), 0)
SELECT 1 BETWEEN load_extension('x') AND 2
SELECT load_extension('x') ISNULL, load_extension('x') NOTNULL
SELECT ~load_extension('x'), -load_extension('x'), NOT load_extension('x')
SELECT writefile('x', readfile('y'))
INSERT OR REPLACE INTO t VALUES (1)
INSERT OR IGNORE INTO t VALUES (1)
INSERT INTO t VALUES (1) ON CONFLICT(a) DO UPDATE SET b = 1
UPDATE OR IGNORE t SET a = 1
UPDATE t SET a = 1 FROM u WHERE t.id = u.id
UPDATE sqlite_master SET sql = 'x'
UPDATE sqlite_sequence SET seq = 0
DELETE FROM sqlite_sequence
INSERT INTO sqlite_master VALUES (1)
DELETE FROM t INDEXED BY i WHERE a = 1
WITH x(a) AS (VALUES (1)) REPLACE INTO t SELECT * FROM x
CREATE VIRTUAL TABLE v USING fts5(a)
CREATE VIRTUAL TABLE v USING csv(filename='/etc/passwd')
CREATE TEMP TABLE x AS SELECT 1
CREATE TABLE temp.x (a)
CREATE TEMP VIEW v AS SELECT 1
CREATE TEMP TRIGGER tr BEFORE DELETE ON t BEGIN SELECT 1; END
INSERT INTO docs_fts(docs_fts) VALUES ('optimize')
INSERT INTO docs_fts(docs_fts, rank) VALUES ('merge', 16)
ANALYZE main.t
REINDEX NOCASE
REINDEX main.t
BEGIN DEFERRED
COMMIT TRANSACTION
ROLLBACK TO s
SAVEPOINT x
RELEASE x
EXPLAIN QUERY PLAN DELETE FROM t
EXPLAIN DELETE FROM t
EXPLAIN QUERY PLAN SELECT 1; DELETE FROM t
EXPLAIN PRAGMA user_version = 5
SELECT 1; ATTACH 'x' AS y
SELECT 'a\'; DELETE FROM t; --'
SELECT "a\"; DELETE FROM t; --"
SELECT [a]; DELETE FROM t; --]
SELECT 1 /* ; */ ; DELETE FROM t
.shell id
.import x y
.dump
ALTER TABLE t ADD COLUMN b
ALTER TABLE t RENAME COLUMN a TO b
ALTER TABLE t DROP COLUMN a
DROP TRIGGER tr
SELECT * FROM t WHERE x = '' ; DROP TABLE t; --'
SELECT hex(randomblob(1000000000)), load_extension('z')
SELECT * FROM sqlite_temp_master, sqlite_dbpage
SELECT * FROM generate_series(1, load_extension('x'))
SELECT * FROM (SELECT * FROM sqlite_dbpage)
SELECT count(*) FROM t NATURAL JOIN sqlite_dbpage
SELECT sqlite_dbpage.* FROM t, sqlite_dbpage
SELECT * FROM t AS a, sqlite_stat4 AS b
SELECT * FROM completion('x')
SELECT * FROM carray(1, 2)
SELECT * FROM remember(1, 2)
SELECT crypto_decrypt(a), sqlar_uncompress(a, 1), fileio_write('x', 'y'), http_get('x')
SELECT define('a', 'b'), undefine('a')
SELECT sqlean_version(), fileio_read('x')
SELECT sha1_query('delete from t')
SELECT sha3_query('delete from t')
SELECT shell_add_schema('x'), shell_putsnl('x'), shell_idquote('x')
SELECT stmtrand(1), writefile('a', 'b')
SELECT fts5(1)
SELECT match('a', 'b'), optimize(docs_fts), offsets(docs_fts), matchinfo(docs_fts) FROM docs_fts
SELECT rtreecheck('x'), rtreenode(2, x'00'), rtreedepth(x'00')
SELECT 1 FROM t LIMIT 5 % load_extension('x')
