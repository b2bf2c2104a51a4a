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
