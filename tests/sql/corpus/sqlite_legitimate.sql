## plain
SELECT 1
SELECT 1;
SELECT * FROM users
SELECT u.* FROM users u
SELECT "id", `name`, [email] FROM "users"
SELECT main.users.id FROM main.users
SELECT id AS "编号", name 姓名 FROM users WHERE name = '张三'
SELECT 编号, 客户, sum(金额) AS 总额 FROM 订单 GROUP BY 编号, 客户 ORDER BY 总额 DESC LIMIT 10
SELECT "Id", "Full Name" FROM "Mixed Case"
SELECT DISTINCT country FROM users ORDER BY country COLLATE NOCASE DESC NULLS LAST
SELECT l.message FROM logs l WHERE l.message LIKE '%DELETE FROM users%' OR l.message LIKE '%grant %'
SELECT 'DROP TABLE users; --', 'it''s', x'4D', 'PRAGMA writable_schema=1'
SELECT id FROM users -- comment; DELETE FROM users
SELECT id /* ; DROP TABLE users */ FROM users
SELECT 1 + 1, 5 - 3, 2 * 3, 7 / 2, 7 % 3, -5, +5, ~1, 5 & 3, 5 | 3, 1 << 2, 8 >> 1, 'a' || 'b', 1 = 1, 1 == 1, 1 <> 2, 1 != 2
SELECT NULL, TRUE, FALSE, 1 IS NULL, 1 IS NOT NULL, 1 ISNULL, 1 NOTNULL, 1 NOT NULL, 1 IS 2, 1 IS NOT 2, 1 IS DISTINCT FROM 2
SELECT id FROM users WHERE is_active AND NOT age > 5 OR age BETWEEN 1 AND 3 AND age NOT BETWEEN 4 AND 5
SELECT id FROM users WHERE country IN ('CN', 'DE') AND id NOT IN (SELECT user_id FROM orders) AND id IN payroll
SELECT id FROM users WHERE (id, age) IN (VALUES (1, 2), (3, 4))
SELECT id FROM users WHERE name LIKE 'A!%' ESCAPE '!' AND name GLOB 'A*' AND name NOT LIKE 'b%' AND name NOT GLOB 'x'
SELECT id FROM users WHERE EXISTS (SELECT 1 FROM orders o WHERE o.user_id = users.id)
SELECT id FROM users ORDER BY age DESC NULLS LAST, name ASC LIMIT 10 OFFSET 20
SELECT id FROM users LIMIT 20, 10
SELECT id FROM users LIMIT -1
SELECT count(*), count(DISTINCT country), sum(age), total(age), avg(age), min(age), max(age), group_concat(name), group_concat(name, '; ') FROM users
SELECT rowid, _rowid_, oid FROM users
SELECT * FROM orders INDEXED BY orders_user WHERE user_id = 3
SELECT * FROM orders NOT INDEXED WHERE user_id = 3
SELECT name FROM users WHERE id = ? AND age > ?2 AND country = :country AND email = @email AND phone = $phone
VALUES (1, 'a'), (2, 'b')
SELECT * FROM (VALUES (1, 2), (3, 4))
SELECT (SELECT max(id) FROM users) AS m
SELECT (1, 2) = (1, 2), (1, 2) < (1, 3)
## joins
SELECT u.name, o.amount FROM users u JOIN orders o ON o.user_id = u.id
SELECT u.name FROM users u LEFT JOIN orders o USING (id)
SELECT u.name FROM users u INNER JOIN orders o ON o.user_id = u.id LEFT OUTER JOIN events e ON e.user_id = u.id
SELECT u.name FROM users u FULL OUTER JOIN orders o ON o.user_id = u.id
SELECT u.name FROM users u RIGHT JOIN orders o ON o.user_id = u.id
SELECT * FROM users CROSS JOIN products
SELECT * FROM users NATURAL JOIN active_users
SELECT * FROM users, orders WHERE users.id = orders.user_id
SELECT a.name, b.name FROM employees a LEFT JOIN employees b ON a.manager_id = b.id
SELECT * FROM (SELECT id, name FROM users) t
SELECT * FROM (users u JOIN orders o ON u.id = o.user_id)
## common table expressions
WITH a AS (SELECT 1 AS x) SELECT x FROM a
WITH a AS (SELECT id FROM users), b AS (SELECT id FROM a WHERE id > 3) SELECT * FROM b
WITH a(x, y) AS (VALUES (1, 2), (3, 4)) SELECT x + y FROM a
WITH a AS MATERIALIZED (SELECT 1), b AS NOT MATERIALIZED (SELECT 2) SELECT * FROM a, b
WITH RECURSIVE t(n) AS (VALUES (1) UNION ALL SELECT n + 1 FROM t WHERE n < 100) SELECT sum(n) FROM t
WITH RECURSIVE t(n) AS (SELECT 1 UNION SELECT n + 1 FROM t LIMIT 10) SELECT * FROM t
WITH RECURSIVE tree AS (SELECT id, name, 1 AS depth FROM employees WHERE manager_id IS NULL UNION ALL SELECT e.id, e.name, t.depth + 1 FROM employees e JOIN tree t ON e.manager_id = t.id) SELECT * FROM tree ORDER BY depth
WITH RECURSIVE d(day) AS (SELECT date('2024-01-01') UNION ALL SELECT date(day, '+1 day') FROM d WHERE day < '2024-01-31') SELECT day, count(o.id) FROM d LEFT JOIN orders o ON date(o.created_at) = day GROUP BY day
WITH m AS (SELECT max(id) AS id FROM users) SELECT id IN m FROM users
## aggregates and windows
SELECT country, count(*) FILTER (WHERE is_active) AS active FROM users GROUP BY country HAVING count(*) > 1
SELECT id, row_number() OVER (PARTITION BY dept ORDER BY salary DESC), rank() OVER w, dense_rank() OVER w, percent_rank() OVER w, cume_dist() OVER w, ntile(4) OVER w FROM employees WINDOW w AS (PARTITION BY dept ORDER BY salary DESC)
SELECT id, lag(amount) OVER (ORDER BY created_at), lead(amount, 2, 0) OVER (ORDER BY created_at), first_value(amount) OVER w, last_value(amount) OVER w, nth_value(amount, 2) OVER w FROM orders WINDOW w AS (PARTITION BY user_id ORDER BY created_at ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)
SELECT id, sum(amount) OVER (ORDER BY created_at ROWS BETWEEN 6 PRECEDING AND CURRENT ROW) FROM orders
SELECT id, sum(amount) OVER (ORDER BY id GROUPS BETWEEN 1 PRECEDING AND 1 FOLLOWING EXCLUDE CURRENT ROW) FROM orders
SELECT id, sum(amount) OVER (ORDER BY id RANGE BETWEEN 5 PRECEDING AND CURRENT ROW EXCLUDE TIES) FROM orders
SELECT id, count(*) FILTER (WHERE amount > 5) OVER (PARTITION BY user_id) FROM orders
SELECT sum(CASE WHEN status = 'paid' THEN amount ELSE 0 END) AS paid, sum(status = 'open') FROM orders
SELECT user_id, max(CASE WHEN status = 'a' THEN amount END) AS a, max(iif(status = 'b', amount, NULL)) AS b FROM orders GROUP BY user_id
SELECT * FROM (SELECT id, row_number() OVER (PARTITION BY user_id ORDER BY created_at DESC) AS rn FROM orders) WHERE rn = 1
SELECT status, count(*), round(100.0 * count(*) / sum(count(*)) OVER (), 2) AS pct FROM orders GROUP BY status
SELECT 100.0 * sum(status = 'paid') / nullif(count(*), 0) AS pct FROM orders
## set operations
SELECT id FROM users UNION SELECT id FROM orders
SELECT id FROM users UNION ALL SELECT id FROM orders ORDER BY 1 LIMIT 5
SELECT id FROM users EXCEPT SELECT user_id FROM orders
SELECT id FROM users INTERSECT SELECT user_id FROM orders
SELECT 1 UNION VALUES (2), (3)
## dates
SELECT date('now'), time('now'), datetime('now'), datetime('now', 'localtime'), julianday('now'), strftime('%Y-%m-%d %H:%M:%S', 'now'), unixepoch('now'), CURRENT_DATE, CURRENT_TIME, CURRENT_TIMESTAMP
SELECT date(created_at, '+7 days'), date(created_at, 'start of month', '+1 month', '-1 day'), datetime(created_at, 'unixepoch'), strftime('%Y-%m', created_at) AS month, strftime('%w', created_at), strftime('%s', 'now') - strftime('%s', created_at), julianday('now') - julianday(created_at) FROM orders
SELECT strftime('%Y', created_at) AS year, sum(amount) FROM orders GROUP BY year ORDER BY year
SELECT * FROM orders WHERE created_at >= date('now', 'start of month', '-1 month') AND date(created_at) < date('now')
SELECT CAST(strftime('%H', at) AS INTEGER) AS hour, count(*) FROM events GROUP BY hour
## strings, numbers, casts
SELECT upper(name), lower(name), length(name), trim(name), ltrim(name, 'x'), rtrim(name), substr(name, 1, 2), substring(name, 2), replace(name, 'a', 'b'), instr(name, 'a'), hex(name), quote(name), char(65, 66), unicode('a'), printf('%05d', id), printf('%.2f', age), format('%s-%s', name, email), name || ' <' || email || '>' FROM users
SELECT abs(-1), round(1.25, 1), max(1, 2), min(1, 2), random(), random() % 10, sign(-3), ceil(1.2), floor(1.2), sqrt(4), pow(2, 3), power(2, 3), exp(1), ln(2), log(2), log10(100), log2(8), pi(), mod(7, 3), sin(1), cos(1), tan(1), asin(1), acos(1), atan(1), atan2(1, 2), degrees(1), radians(1), trunc(1.5), hex(randomblob(16)), zeroblob(10)
SELECT coalesce(name, email, 'x'), ifnull(name, 'x'), nullif(name, ''), iif(age > 18, 'a', 'b'), typeof(age), likely(1), unlikely(0), glob('a*', name), like('a%', name), soundex(name) FROM users
SELECT CAST(id AS TEXT), CAST('5' AS INTEGER), CAST('1.5' AS REAL), CAST('1.5' AS NUMERIC), CAST(name AS BLOB), CAST(id AS VARCHAR(10)), CAST('1' AS DECIMAL(10, 2)) FROM users
SELECT CASE WHEN age < 18 THEN 'minor' WHEN age < 65 THEN 'adult' ELSE 'senior' END AS bucket, count(*) FROM users GROUP BY 1 ORDER BY 2 DESC
SELECT CASE status WHEN 'a' THEN 1 ELSE 2 END FROM orders
SELECT changes(), total_changes(), last_insert_rowid(), sqlite_version()
SELECT 0x1F, 1e3, .5, 1.
## json and full text
SELECT json_extract(profile, '$.a'), profile -> '$.a', profile ->> '$.b', profile ->> 'c', json_type(profile), json_valid(profile), json_array_length('[1,2]'), json_object('id', id), json_array(1, 'a', NULL), json_set(profile, '$.a', 1), json_insert(profile, '$.a', 1), json_replace(profile, '$.a', 1), json_remove(profile, '$.a'), json_patch(profile, '{}'), json_quote('a'), json('{}') FROM users
SELECT json_group_array(name), json_group_object(id, name) FROM users GROUP BY country
SELECT o.id, j.value ->> 'sku' FROM orders o, json_each(o.items) j
SELECT key, value, type, atom, fullkey FROM json_tree('{"a":[1,2]}') WHERE atom IS NOT NULL
SELECT users.id FROM users, json_each(users.profile, '$.tags') AS t WHERE t.value = 'a'
SELECT EXISTS (SELECT 1 FROM json_each('[1,2]') WHERE value = 2)
SELECT rowid, title FROM docs WHERE docs MATCH 'cat AND dog' ORDER BY rank
SELECT highlight(docs, 0, '<b>', '</b>'), snippet(docs, 1, '<b>', '</b>', '...', 10), bm25(docs) FROM docs WHERE docs MATCH 'cat'
SELECT title FROM docs WHERE title MATCH 'cat'
SELECT DISTINCT u.country, (SELECT count(*) FROM orders o WHERE o.user_id = u.id) AS n FROM users u ORDER BY n DESC LIMIT 5
SELECT * FROM active_users
SELECT "order", "select" FROM logs
SELECT id AS value, name AS type, age AS key, country AS action FROM users
SELECT l.level AS "delete", l.message AS "update" FROM logs l WHERE level = 'INSERT INTO x'
SELECT replace, key FROM (SELECT 1 AS replace, 2 AS key)
SELECT u.id FROM users u WHERE u.id IN (SELECT o.user_id FROM orders o GROUP BY o.user_id HAVING sum(o.amount) > 100)
SELECT coalesce(sum(amount), 0) FROM orders WHERE status IN ('paid', 'shipped') AND created_at BETWEEN '2024-01-01' AND '2024-12-31'
SELECT sum(quantity * price * (1 - coalesce(discount, 0))) AS revenue FROM order_items
SELECT min(created_at) AS first, max(created_at) AS last FROM orders GROUP BY user_id HAVING count(*) >= 2
SELECT name, salary - lag(salary) OVER (PARTITION BY dept ORDER BY hired) AS diff FROM employees
## catalogue
SELECT name, sql FROM sqlite_master WHERE type = 'table'
SELECT name FROM sqlite_schema WHERE type = 'view' AND name NOT LIKE 'sqlite_%'
SELECT * FROM main.sqlite_master
SELECT * FROM sqlite_temp_master
SELECT m.name, p.name, p.type FROM sqlite_master m JOIN pragma_table_info(m.name) p WHERE m.type = 'table'
SELECT * FROM pragma_table_info('users')
SELECT * FROM pragma_table_xinfo('users')
SELECT * FROM pragma_index_list('orders')
SELECT * FROM pragma_foreign_key_list('orders')
SELECT name FROM pragma_table_list
SELECT name FROM pragma_function_list
PRAGMA table_info(users)
PRAGMA table_info('users')
PRAGMA table_info("Mixed Case")
PRAGMA main.table_info(users)
PRAGMA table_xinfo(users)
PRAGMA index_list(orders)
PRAGMA index_info(orders_user)
PRAGMA foreign_key_list(orders)
PRAGMA foreign_key_check
PRAGMA table_list
PRAGMA database_list
PRAGMA user_version
PRAGMA foreign_keys
PRAGMA journal_mode
PRAGMA page_count
PRAGMA encoding
PRAGMA compile_options
PRAGMA integrity_check
PRAGMA quick_check(users)
EXPLAIN QUERY PLAN SELECT * FROM users WHERE id = 1
EXPLAIN SELECT * FROM users
EXPLAIN QUERY PLAN WITH a AS (SELECT 1) SELECT * FROM a
