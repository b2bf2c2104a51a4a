## plain
SELECT 1
SELECT 1;
SELECT 1 ; ;
SELECT * FROM users
SELECT u.* FROM users u
SELECT u FROM users u
TABLE users
VALUES (1, 'a'), (2, 'b')
SELECT ALL id FROM users
SELECT DISTINCT country FROM users ORDER BY country NULLS LAST
SELECT DISTINCT ON (user_id) user_id, id, amount FROM orders ORDER BY user_id, created_at DESC
SELECT id AS "编号", name AS 姓名 FROM users WHERE name = '张三'
SELECT 编号, 客户, sum(金额) AS 总额 FROM 订单 WHERE 下单时间 >= '2024-01-01' GROUP BY 编号, 客户 ORDER BY 总额 DESC LIMIT 10
SELECT "Id", "Full Name" FROM "Mixed Case"
SELECT public.users.id FROM public.users
SELECT id, "select", "order", "user", "timestamp" FROM logs
SELECT name AS value, id AS key, age AS number, country AS type, phone AS date FROM users
SELECT l.level, l.message FROM logs AS l WHERE l.message LIKE '%DELETE FROM users%' OR l.message ILIKE '%grant %'
SELECT 'GRANT ALL ON users TO bob' AS text, 'DROP TABLE users; --' AS other
SELECT 'it''s', E'tab\there', $$dollar 'quoted'$$, $tag$ a $$ b $tag$, B'1010', X'1F'
SELECT U.id FROM users U /* a comment; DROP TABLE users */ WHERE U.id = 5 -- trailing; comment
-- leading comment
/* outer /* nested */ still comment */ SELECT 1
(SELECT 1)
((SELECT id FROM users LIMIT 1))
(SELECT id FROM users ORDER BY id LIMIT 1) UNION ALL (SELECT id FROM orders ORDER BY id LIMIT 1)
SELECT 1 AS a, 2 b, 3 "c"
SELECT +1, -1, - -1, 5 % 3, 5 / 2.0, 2 ^ 3, |/ 25, ||/ 27, 91 & 15, 32 | 3, 17 # 5, ~1, 1 << 4, 8 >> 2
SELECT 1.5e3, .5, 5., 1e-3
SELECT NULL, TRUE, FALSE, 'x' IS NULL, NULL IS NOT NULL
SELECT id FROM users WHERE is_active IS TRUE AND is_active IS NOT FALSE AND (age > 3) IS UNKNOWN
SELECT id FROM users WHERE is_active
SELECT id FROM users WHERE NOT is_active
SELECT id FROM users WHERE age BETWEEN 18 AND 30 AND age NOT BETWEEN 20 AND 22
SELECT id FROM users WHERE age BETWEEN SYMMETRIC 30 AND 18
SELECT id FROM users WHERE country IN ('CN', 'DE') AND country NOT IN ('US')
SELECT id FROM users WHERE (id, age) IN ((1, 2), (3, 4))
SELECT id FROM users WHERE id = ANY (ARRAY[1, 2, 3]) AND id <> ALL ('{4,5}'::int[])
SELECT id FROM users WHERE name LIKE 'A%' ESCAPE '!' AND name NOT LIKE '_b%' AND name ILIKE '%ß%' AND name SIMILAR TO '(a|b)%'
SELECT id FROM users WHERE name ~ '^[A-Z]' AND name ~* 'x' AND name !~ 'y' AND name !~* 'z'
SELECT id FROM users WHERE email IS DISTINCT FROM phone AND email IS NOT DISTINCT FROM email
SELECT id FROM users WHERE EXISTS (SELECT 1 FROM orders o WHERE o.user_id = users.id) AND NOT EXISTS (SELECT FROM events e WHERE e.user_id = users.id)
SELECT id FROM users ORDER BY age DESC NULLS FIRST, name ASC LIMIT 10 OFFSET 20
SELECT id FROM users ORDER BY 1 OFFSET 5 ROWS FETCH FIRST 10 ROWS ONLY
SELECT id FROM users ORDER BY id FETCH FIRST 3 ROWS WITH TIES
SELECT id FROM users LIMIT ALL
SELECT id FROM users LIMIT (SELECT count(*) / 2 FROM users)
SELECT count(*), count(id), count(DISTINCT country), sum(age), avg(age)::numeric(10, 2), min(age), max(age) FROM users
## joins
SELECT u.name, o.amount FROM users u JOIN orders o ON o.user_id = u.id
SELECT u.name, o.amount FROM users u LEFT OUTER JOIN orders o ON o.user_id = u.id AND o.status = 'paid'
SELECT u.name, o.amount FROM users u RIGHT JOIN orders o ON o.user_id = u.id FULL JOIN events e ON e.user_id = u.id
SELECT * FROM users CROSS JOIN products
SELECT * FROM users NATURAL JOIN active_users
SELECT * FROM orders JOIN order_items USING (id)
SELECT * FROM users, orders WHERE users.id = orders.user_id
SELECT * FROM (users u JOIN orders o ON u.id = o.user_id) JOIN events e ON e.user_id = u.id
SELECT * FROM (SELECT id, name FROM users) AS t (a, b)
SELECT t.a FROM users AS t (a, b, c)
SELECT * FROM ONLY users
SELECT u.name, last.amount FROM users u CROSS JOIN LATERAL (SELECT amount FROM orders o WHERE o.user_id = u.id ORDER BY created_at DESC LIMIT 1) last
SELECT u.name, x.n FROM users u LEFT JOIN LATERAL (SELECT count(*) AS n FROM orders o WHERE o.user_id = u.id) x ON true
SELECT u.id, t.tag FROM users u, unnest(u.tags) AS t(tag)
SELECT u.id, t.tag, t.n FROM users u CROSS JOIN LATERAL unnest(u.tags) WITH ORDINALITY AS t(tag, n)
SELECT * FROM ROWS FROM (generate_series(1, 3), unnest(ARRAY['a', 'b'])) AS t(a, b)
SELECT a.name, b.name FROM employees a JOIN employees b ON a.manager_id = b.id
SELECT * FROM users TABLESAMPLE SYSTEM (10)
SELECT * FROM users TABLESAMPLE BERNOULLI (10) REPEATABLE (5)
## common table expressions
WITH a AS (SELECT 1 AS x) SELECT x FROM a
WITH a AS (SELECT id FROM users), b AS (SELECT id FROM a WHERE id > 3) SELECT * FROM b
WITH users AS (SELECT * FROM users WHERE is_active) SELECT count(*) FROM users
WITH a (x, y) AS (VALUES (1, 2), (3, 4)) SELECT x + y FROM a
WITH a AS MATERIALIZED (SELECT id FROM users), b AS NOT MATERIALIZED (SELECT id FROM orders) SELECT a.id FROM a JOIN b ON a.id = b.id
WITH RECURSIVE t(n) AS (VALUES (1) UNION ALL SELECT n + 1 FROM t WHERE n < 100) SELECT sum(n) FROM t
WITH RECURSIVE tree AS (SELECT id, name, manager_id, 1 AS depth FROM employees WHERE manager_id IS NULL UNION ALL SELECT e.id, e.name, e.manager_id, t.depth + 1 FROM employees e JOIN tree t ON e.manager_id = t.id) SELECT * FROM tree ORDER BY depth
WITH RECURSIVE p AS (SELECT id, ARRAY[id] AS path FROM employees WHERE manager_id IS NULL UNION ALL SELECT e.id, path || e.id FROM employees e JOIN p ON e.manager_id = p.id) SELECT * FROM p WHERE NOT 5 = ANY (path)
WITH RECURSIVE s(id, link) AS (SELECT id, manager_id FROM employees UNION ALL SELECT e.id, e.manager_id FROM employees e, s WHERE e.manager_id = s.id) SEARCH DEPTH FIRST BY id SET ordercol SELECT * FROM s ORDER BY ordercol
WITH RECURSIVE s(id, link) AS (SELECT id, manager_id FROM employees UNION ALL SELECT e.id, e.manager_id FROM employees e, s WHERE e.manager_id = s.id) CYCLE id SET is_cycle USING path SELECT * FROM s
SELECT * FROM (WITH q AS (SELECT 1 AS one) SELECT one FROM q) sub
## aggregates and windows
SELECT country, count(*) FILTER (WHERE is_active) AS active, count(*) AS all FROM users GROUP BY country HAVING count(*) > 1
SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY salary) AS median, mode() WITHIN GROUP (ORDER BY dept), percentile_disc(ARRAY[0.25, 0.75]) WITHIN GROUP (ORDER BY salary) FROM employees
SELECT dept, string_agg(name, ', ' ORDER BY name), array_agg(DISTINCT salary ORDER BY salary DESC), json_agg(name), jsonb_object_agg(id, name), bool_and(salary > 0), every(true), bit_or(id) FROM employees GROUP BY dept
SELECT dept, job, sum(salary) FROM (SELECT dept, name AS job, salary FROM employees) e GROUP BY GROUPING SETS ((dept, job), (dept), ())
SELECT dept, name, grouping(dept), grouping(dept, name), sum(salary) FROM employees GROUP BY ROLLUP (dept, name)
SELECT dept, name, sum(salary) FROM employees GROUP BY CUBE (dept, name)
SELECT dept, name, sum(salary) FROM employees GROUP BY dept, ROLLUP (name)
SELECT country, is_active, count(*) FROM users GROUP BY DISTINCT ROLLUP (country, is_active), ROLLUP (country)
SELECT corr(amount, id), covar_pop(amount, id), covar_samp(amount, id), regr_slope(amount, id), regr_intercept(amount, id), regr_r2(amount, id), stddev(amount), stddev_pop(amount), var_samp(amount), variance(amount) FROM orders
SELECT id, row_number() OVER (PARTITION BY dept ORDER BY salary DESC), rank() OVER w, dense_rank() OVER w, percent_rank() OVER w, cume_dist() OVER w, ntile(4) OVER w FROM employees WINDOW w AS (PARTITION BY dept ORDER BY salary DESC)
SELECT id, lag(amount) OVER (ORDER BY created_at), lead(amount, 2, 0) OVER (ORDER BY created_at), first_value(amount) OVER w, last_value(amount) OVER w, nth_value(amount, 2) OVER w FROM orders WINDOW w AS (PARTITION BY user_id ORDER BY created_at ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)
SELECT id, sum(amount) OVER (ORDER BY created_at ROWS BETWEEN 6 PRECEDING AND CURRENT ROW) AS running FROM orders
SELECT id, avg(amount) OVER (ORDER BY created_at RANGE BETWEEN INTERVAL '7 days' PRECEDING AND CURRENT ROW) FROM orders
SELECT id, sum(amount) OVER (ORDER BY id GROUPS BETWEEN 1 PRECEDING AND 1 FOLLOWING EXCLUDE CURRENT ROW) FROM orders
SELECT id, count(*) FILTER (WHERE amount > 5) OVER (PARTITION BY user_id) FROM orders
SELECT id, sum(amount) OVER (w ROWS UNBOUNDED PRECEDING) FROM orders WINDOW w AS (ORDER BY id)
SELECT sum(sum(amount)) OVER (ORDER BY date_trunc('month', created_at)) FROM orders GROUP BY date_trunc('month', created_at)
SELECT sum(CASE WHEN status = 'paid' THEN amount ELSE 0 END) AS paid, sum(CASE status WHEN 'open' THEN 1 WHEN 'x' THEN 2 END) FROM orders
SELECT rank(5) WITHIN GROUP (ORDER BY salary) FROM employees
## set operations
SELECT id FROM users UNION SELECT id FROM orders
SELECT id FROM users UNION ALL SELECT id FROM orders EXCEPT SELECT id FROM products INTERSECT SELECT id FROM reviews ORDER BY 1 LIMIT 5
SELECT id FROM users EXCEPT ALL SELECT user_id FROM orders
SELECT id FROM users INTERSECT ALL SELECT user_id FROM orders
(SELECT id FROM users EXCEPT SELECT user_id FROM orders) UNION SELECT 1
SELECT 1 UNION DISTINCT SELECT 2
VALUES (1) UNION ALL SELECT 2
## dates
SELECT now(), current_date, current_time, current_timestamp, localtime, localtimestamp, current_timestamp(3), clock_timestamp(), statement_timestamp(), transaction_timestamp(), timeofday()
SELECT date_trunc('month', created_at), date_trunc('day', created_at, 'Asia/Shanghai'), date_part('dow', created_at), extract(epoch FROM created_at), extract(isoyear FROM created_at), extract('hour' FROM created_at) FROM orders
SELECT created_at AT TIME ZONE 'UTC', shipped_at AT TIME ZONE 'Asia/Shanghai' AT TIME ZONE 'UTC' FROM orders
SELECT created_at + INTERVAL '1 day', created_at - INTERVAL '1' MONTH, now() - '3 hours'::interval, INTERVAL '1 year 2 months', interval '1-2' year to month FROM orders
SELECT age(created_at), age(now(), created_at), justify_days(interval '35 days'), justify_interval(interval '1 mon -1 hour'), make_date(2024, 1, 31), make_timestamp(2024, 1, 1, 8, 0, 0), make_interval(days => 10), make_timestamptz(2024, 1, 1, 8, 0, 0, 'UTC') FROM orders
SELECT to_char(created_at, 'YYYY-MM-DD HH24:MI:SS'), to_date('2024-01-01', 'YYYY-MM-DD'), to_timestamp('2024', 'YYYY'), to_timestamp(1700000000), to_number('12,454.8-', '99G999D9S') FROM orders
SELECT DATE '2024-01-01', TIMESTAMP '2024-01-01 10:00', TIMESTAMP WITH TIME ZONE '2024-01-01 10:00+08', TIME '10:00', timestamptz '2024-01-01'
SELECT date '2024-03-01' - date '2024-02-01', date '2024-01-01' + 5, (created_at)::date - 1 FROM orders
SELECT (date '2024-01-01', date '2024-02-01') OVERLAPS (date '2024-01-15', date '2024-03-01')
SELECT isfinite(created_at), date_bin('15 minutes', created_at, timestamptz '2020-01-01') FROM orders
SELECT d::date FROM generate_series(date '2024-01-01', date '2024-01-31', interval '1 day') AS d
SELECT d, count(o.id) FROM generate_series('2024-01-01'::timestamptz, now(), '1 month') d LEFT JOIN orders o ON date_trunc('month', o.created_at) = d GROUP BY d ORDER BY d
SELECT * FROM orders WHERE created_at >= date_trunc('month', CURRENT_DATE) - INTERVAL '1 month' AND created_at < date_trunc('month', CURRENT_DATE)
SELECT 'infinity'::timestamp, 'epoch'::date, 'yesterday'::date
## strings and regular expressions
SELECT upper(name), lower(name), initcap(name), length(name), char_length(name), octet_length(name), bit_length(name) FROM users
SELECT trim(name), trim(BOTH 'x' FROM name), trim(LEADING FROM name), ltrim(name, 'a'), rtrim(name), btrim(name, 'xy') FROM users
SELECT substring(name FROM 1 FOR 3), substring(name, 2), substring(name FROM '[a-z]+'), substr(name, 1, 2), left(name, 2), right(name, 2), overlay(name PLACING 'x' FROM 1 FOR 2), position('a' IN name), strpos(name, 'a') FROM users
SELECT name || ' <' || email || '>', concat(name, NULL, email), concat_ws(', ', name, email), format('%s %I %L', name, name, name), repeat('ab', 3), replace(name, 'a', 'b'), reverse(name), translate(name, 'abc', 'xyz') FROM users
SELECT lpad(name, 10, '*'), rpad(name, 10), split_part(email, '@', 2), string_to_array('a,b', ','), array_to_string(ARRAY[1, 2], ','), ascii('a'), chr(65), md5(name), to_hex(255), quote_literal(name), quote_ident(name), quote_nullable(NULL) FROM users
SELECT regexp_replace(phone, '\D', '', 'g'), regexp_matches(name, 'a', 'g'), regexp_split_to_array(name, '\s+'), regexp_match(name, '(a)(b)'), regexp_count(name, 'a'), regexp_like(name, '^a'), regexp_substr(name, 'a'), regexp_instr(name, 'a') FROM users
SELECT w FROM users, regexp_split_to_table(name, E'\\s+') AS w
SELECT encode('abc'::bytea, 'hex'), decode('616263', 'hex'), encode(sha256('abc'::bytea), 'hex'), convert_from('\x61'::bytea, 'UTF8'), get_byte('abc'::bytea, 0)
SELECT name COLLATE "C" FROM users ORDER BY name COLLATE "C"
SELECT starts_with(name, 'A'), name ^@ 'A', normalize(name, NFC), name IS NORMALIZED, string_to_table('a,b', ',') FROM users
SELECT 'first'
## numbers
SELECT abs(-1), ceil(1.2), ceiling(1.2), floor(1.8), round(1.234, 2), trunc(1.9), sign(-3), mod(7, 3), div(7, 2), power(2, 10), sqrt(16), cbrt(27), exp(1), ln(2), log(100), log(2, 8), pi(), degrees(pi()), radians(180), sin(1), cos(1), tan(1), asin(1), acos(1), atan(1), atan2(1, 2), random(), greatest(1, 2, 3), least(1, 2), gcd(12, 18), lcm(4, 6), factorial(5), width_bucket(5, 0, 10, 5), scale(1.20), trim_scale(1.20), min_scale(1.20)
SELECT coalesce(name, email, 'none'), nullif(name, ''), num_nulls(name, email), num_nonnulls(1, NULL) FROM users
SELECT CAST(id AS text), id::text, id::varchar(10), CAST('5' AS numeric(10, 2)), '1'::int8, '{1,2}'::int[], 1::boolean, int4 '5', float8 '1.5', 'happy'::mood, text 'abc', CAST(1 AS double precision), 1::character varying FROM users
SELECT amount::money, 12.5::numeric::int FROM orders
## json
SELECT profile -> 'a', profile ->> 'b', profile #> '{a,b}', profile #>> '{a,b}', profile -> 0, profile -> 'a' ->> 'b' FROM users
SELECT id FROM users WHERE profile @> '{"vip": true}' AND profile ? 'a' AND profile ?| ARRAY['a', 'b'] AND profile ?& ARRAY['a'] AND '{"a":1}'::jsonb <@ profile
SELECT profile || '{"a": 1}'::jsonb, profile - 'a', profile #- '{a,b}' FROM users
SELECT jsonb_set(profile, '{a}', '1'), jsonb_insert(profile, '{b}', '2'), jsonb_strip_nulls(profile), jsonb_pretty(profile), jsonb_typeof(profile), jsonb_array_length('[1,2]'), to_jsonb(name), row_to_json(u), to_json(u), json_build_object('id', id, 'name', name), jsonb_build_array(1, 'a', NULL) FROM users u
SELECT k, v FROM users, jsonb_each_text(profile) AS j(k, v)
SELECT e ->> 'sku' FROM orders, jsonb_array_elements(items) AS e
SELECT o.id, x.sku, x.qty FROM orders o CROSS JOIN LATERAL jsonb_to_recordset(o.items) AS x(sku text, qty int)
SELECT * FROM json_to_record('{"a":1,"b":"x"}') AS x(a int, b text)
SELECT jsonb_object_keys(profile) FROM users
SELECT jsonb_path_query(items, '$[*] ? (@.qty > 1)'), jsonb_path_exists(items, '$[*].sku'), items @? '$[*] ? (@.qty > 1)', items @@ '$[0].qty > 1', jsonb_path_query_array(items, '$[*]'), jsonb_path_query_first(items, '$[0]') FROM orders
SELECT json_agg(row_to_json(t)) FROM (SELECT id, name FROM users) t
SELECT profile['a']['b'] FROM users
SELECT jsonb_extract_path_text(profile, 'a', 'b'), json_populate_record(NULL::users, '{"id":1}') FROM users
SELECT (profile ->> 'age')::int > 18 FROM users
SELECT jsonb_agg(DISTINCT profile -> 'a') FILTER (WHERE id > 1) FROM users
## arrays and ranges
SELECT tags[1], tags[1:2], tags[:2], array_length(tags, 1), cardinality(tags), array_position(tags, 'a'), array_append(tags, 'z'), array_remove(tags, 'a'), tags || ARRAY['x'], ARRAY[1, 2] || 3, array_cat(tags, tags), array_dims(tags), array_to_json(tags), array_ndims(tags), array_upper(tags, 1), array_replace(tags, 'a', 'b'), array_fill(0, ARRAY[3]) FROM users
SELECT id FROM users WHERE tags @> ARRAY['a'] AND tags && '{b,c}' AND tags <@ ARRAY['a', 'b'] AND 'x' = ANY (tags)
SELECT ARRAY(SELECT id FROM users ORDER BY id), ARRAY[[1, 2], [3, 4]], ARRAY[]::int[], '{}'::text[]
SELECT unnest(ARRAY[1, 2, 3]), generate_subscripts(ARRAY[1, 2], 1), trim_array(ARRAY[1, 2, 3], 1)
SELECT id FROM products WHERE valid @> CURRENT_DATE AND size && int4range(1, 10) AND upper(valid) > '2024-01-01' AND NOT isempty(size)
SELECT daterange('2024-01-01', '2024-02-01', '[]'), tstzrange(now(), NULL), numrange(1, 2) * numrange(1, 3), int4range(1, 5) -|- int4range(5, 9), '[1,5)'::int4range, lower(size), lower_inc(size), upper_inf(size), range_merge(size, size) FROM products
SELECT range_agg(valid) FROM products
SELECT int4multirange(int4range(1, 2)), '{[1,2)}'::int4multirange
SELECT * FROM generate_series(1, 10) AS g(n) WHERE n % 2 = 0
SELECT generate_series(1, 10, 2)
SELECT (ARRAY['a', 'b', 'c'])[2], (string_to_array('a.b', '.'))[1]
## text search
SELECT id FROM products WHERE search @@ to_tsquery('english', 'cat & dog') ORDER BY ts_rank(search, to_tsquery('cat')) DESC
SELECT id, ts_headline('english', description, plainto_tsquery('cat')), ts_rank_cd(search, websearch_to_tsquery('"big cat" -dog')) FROM products WHERE to_tsvector('english', description) @@ phraseto_tsquery('big cat')
SELECT setweight(to_tsvector(name), 'A') || setweight(to_tsvector(description), 'B'), to_tsvector('simple', name), strip(search), numnode('a & b'::tsquery), 'a & b'::tsquery && 'c'::tsquery FROM products
## geometry, network, xml, uuid, enums
SELECT pos <-> point(0, 0), pos[0], area @> pos, box(pos, pos), circle(pos, 3), center(area), diameter(circle(pos, 2)) FROM places
SELECT ip << inet '10.0.0.0/8', host(ip), masklen(ip), network(ip), family(ip), ip + 1 FROM events
SELECT gen_random_uuid(), session::text, 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'::uuid FROM events
SELECT enum_range(NULL::mood), enum_first(NULL::mood), feeling > 'sad', feeling::text FROM users
SELECT xmlelement(name a, 'x'), xmlforest(1 AS a), xpath('/a', '<a/>'::xml), xmlagg(xmlelement(name b, id)) FROM users GROUP BY id
## rows
SELECT ROW(1, 'a'), (1, 2) = (1, 2), ROW(1, 2) < ROW(1, 3), (u).id, (u.profile).* FROM (SELECT id, ROW(1, 2) AS profile FROM users) u WHERE false
SELECT (SELECT max(amount) FROM orders o WHERE o.user_id = u.id) AS biggest, (SELECT count(*) FROM events) FROM users u
SELECT * FROM (VALUES (1, 'one'), (2, 'two')) AS t (num, letter)
SELECT * FROM (VALUES (1), (2)) t(x) JOIN users ON users.id = t.x
SELECT CASE WHEN age < 18 THEN 'minor' WHEN age < 65 THEN 'adult' ELSE 'senior' END AS bucket, count(*) FROM users GROUP BY 1 ORDER BY 2 DESC
SELECT CASE WHEN count(*) = 0 THEN NULL ELSE sum(amount) / count(*) END FROM orders
SELECT user_id, max(amount) FILTER (WHERE status = 'a') AS a, max(amount) FILTER (WHERE status = 'b') AS b FROM orders GROUP BY user_id
SELECT 100.0 * count(*) FILTER (WHERE status = 'paid') / nullif(count(*), 0) AS pct FROM orders
SELECT date_trunc('week', created_at)::date AS week, count(DISTINCT user_id) FROM orders GROUP BY week HAVING count(*) > 0 ORDER BY week
SELECT o.id FROM orders o WHERE o.amount > (SELECT avg(amount) FROM orders) AND o.amount >= ALL (SELECT amount FROM orders WHERE status = 'x') AND o.amount > SOME (SELECT 1)
SELECT name, salary, salary - lag(salary) OVER (PARTITION BY dept ORDER BY hired) AS diff FROM employees
SELECT * FROM (SELECT id, row_number() OVER (PARTITION BY user_id ORDER BY created_at DESC) AS rn FROM orders) t WHERE rn = 1
SELECT width_bucket(amount, 0, 1000, 10) AS bucket, count(*), min(amount), max(amount) FROM orders GROUP BY bucket ORDER BY bucket
WITH first AS (SELECT user_id, min(created_at) AS at FROM orders GROUP BY user_id), cohort AS (SELECT date_trunc('month', at) AS m, user_id FROM first) SELECT m, count(*) FROM cohort GROUP BY m
SELECT total FROM sales
SELECT * FROM active_users
SELECT x.update, x.delete FROM (SELECT 1 AS update, 2 AS delete) x
SELECT count(*) AS "delete from" FROM users
SELECT level AS lock, message AS "grant" FROM logs WHERE level = 'INSERT INTO x' OR message = 'FOR UPDATE'
SELECT pg_typeof(id), id::regclass, 'users'::regclass, to_regclass('users') FROM users
SELECT current_user, session_user, current_database(), current_schema, current_schema(), version(), pg_backend_pid()
SELECT current_setting('server_version'), current_setting('TimeZone')
SELECT a.n FROM generate_series(1, 5) AS a(n) WHERE a.n NOT IN (SELECT id FROM users WHERE id IS NOT NULL)
SELECT name FROM users WHERE id = $1 AND age > $2
SELECT grouping(country), country FROM users GROUP BY ROLLUP(country)
SELECT count(*) FROM users WHERE created_at::date = current_date - 1
SELECT min(created_at) AS first, max(created_at) AS last, max(created_at) - min(created_at) AS span FROM orders
SELECT * FROM users WHERE name = 'O''Brien' AND email LIKE '%\_%'
SELECT sum(quantity * price * (1 - coalesce(discount, 0))) AS revenue FROM order_items
SELECT coalesce(sum(amount), 0)::bigint FROM orders WHERE status IN ('paid', 'shipped') AND created_at BETWEEN '2024-01-01' AND '2024-12-31'
SELECT similarity.name FROM users AS similarity
SELECT next, value FROM (SELECT 1 AS next, 2 AS value) t
SELECT column1, column2 FROM (VALUES (1, 2)) v
SELECT percentile_cont(ARRAY[0.5, 0.9]) WITHIN GROUP (ORDER BY amount) FROM orders
SELECT array_agg(amount ORDER BY created_at) FILTER (WHERE amount IS NOT NULL) FROM orders
SELECT string_agg(DISTINCT status, ',') FROM orders
SELECT NOT EXISTS (SELECT 1), EXISTS (TABLE users)
SELECT 1 WHERE 1 = 1 AND true
SELECT ((((1))))
SELECT a FROM (SELECT 1 AS a) AS "weird "" alias"
SELECT json_build_object('a', json_agg(json_build_object('b', id))) FROM users
SELECT currency, sum(amount) AS total, round(100 * sum(amount) / sum(sum(amount)) OVER (), 2) AS share FROM orders GROUP BY currency
SELECT id FROM orders WHERE note IS NOT NULL AND length(trim(note)) > 0
SELECT extract(year FROM created_at)::int AS y, extract(quarter FROM created_at) AS q, sum(amount) FROM orders GROUP BY 1, 2 ORDER BY 1, 2
SELECT make_date(extract(year FROM now())::int, 1, 1)
SELECT CAST(created_at AS date) FROM orders
SELECT t.* FROM users t WHERE t.tags IS NULL
SELECT pg_size_pretty(pg_total_relation_size('users')), pg_relation_size('users'), pg_database_size(current_database())
## catalogue
SELECT table_name, column_name, data_type FROM information_schema.columns WHERE table_schema = 'public'
SELECT table_name FROM information_schema.tables
SELECT constraint_name FROM information_schema.table_constraints
SELECT * FROM information_schema.key_column_usage
SELECT * FROM information_schema.views
SELECT * FROM information_schema.schemata
SELECT c.relname, n.nspname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind = 'r'
SELECT relname, reltuples::bigint FROM pg_catalog.pg_class WHERE oid = 'public.users'::regclass
SELECT a.attname, format_type(a.atttypid, a.atttypmod), pg_get_expr(d.adbin, d.adrelid) FROM pg_attribute a LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum WHERE a.attrelid = 'users'::regclass AND a.attnum > 0 AND NOT a.attisdropped
SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = 'orders'::regclass
SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'
SELECT tablename FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')
SELECT viewname, definition FROM pg_views
SELECT matviewname FROM pg_matviews
SELECT relname, n_live_tup, last_analyze FROM pg_stat_user_tables
SELECT indexrelname, idx_scan FROM pg_stat_user_indexes
SELECT pid, state, query FROM pg_stat_activity
SELECT locktype, mode FROM pg_locks
SELECT name, setting FROM pg_settings WHERE name = 'work_mem'
SELECT extname, extversion FROM pg_extension
SELECT enumlabel FROM pg_enum e JOIN pg_type t ON t.oid = e.enumtypid WHERE t.typname = 'mood'
SELECT proname FROM pg_proc WHERE proname LIKE 'json%'
SELECT datname FROM pg_database
SELECT rolname FROM pg_roles
SELECT usename FROM pg_user
SELECT obj_description('users'::regclass), col_description('users'::regclass, 1)
SELECT sequencename, last_value FROM pg_sequences
SELECT has_table_privilege('users', 'SELECT')
SELECT tgname FROM pg_trigger
SELECT pg_get_viewdef('active_users'::regclass), pg_get_indexdef(indexrelid) FROM pg_index
## explain and show
EXPLAIN SELECT * FROM users
EXPLAIN (FORMAT JSON) SELECT * FROM users WHERE id = 1
EXPLAIN (ANALYZE, BUFFERS) SELECT count(*) FROM orders
EXPLAIN ANALYZE SELECT 1
EXPLAIN ANALYZE VERBOSE SELECT 1
EXPLAIN VERBOSE SELECT 1
EXPLAIN (COSTS OFF, VERBOSE) WITH a AS (SELECT 1) SELECT * FROM a
EXPLAIN (SELECT 1)
SHOW server_version
SHOW search_path
SHOW timezone
SHOW TIME ZONE
SHOW transaction isolation level
