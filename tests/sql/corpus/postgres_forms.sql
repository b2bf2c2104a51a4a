## Read for their form; their tables exist nowhere
select * from customers
SELECT * FROM "customers" LIMIT 10
select count(*) from orders;
SELECT COUNT(DISTINCT customer_id) AS cnt FROM orders WHERE order_date >= '2023-01-01'
SELECT name, SUM(amount) total FROM payments GROUP BY name HAVING SUM(amount) > 100 ORDER BY total DESC LIMIT 5
SELECT T1.Name FROM singer AS T1 JOIN concert AS T2 ON T1.Singer_ID = T2.Singer_ID WHERE T2.Year = 2014
SELECT country, count(*) FROM singer GROUP BY country
SELECT avg(age), min(age), max(age) FROM singer WHERE country = 'France'
SELECT name FROM stadium WHERE stadium_id NOT IN (SELECT stadium_id FROM concert)
SELECT DISTINCT T1.Fname, T1.Age FROM Student AS T1 JOIN Has_Pet AS T2 ON T1.StuID = T2.StuID JOIN Pets AS T3 ON T3.PetID = T2.PetID WHERE T3.PetType = 'dog' AND T1.StuID NOT IN (SELECT T1.stuid FROM student AS T1 JOIN has_pet AS T2 ON T1.stuid = T2.stuid)
SELECT name FROM country WHERE continent = 'Asia' AND population > (SELECT max(population) FROM country WHERE continent = 'Africa')
SELECT Official_Name FROM city WHERE Population > 1500 UNION SELECT Official_Name FROM city WHERE Population < 500
SELECT a FROM t1 INTERSECT SELECT a FROM t2
SELECT a FROM t1 EXCEPT SELECT a FROM t2
SELECT CASE WHEN score >= 90 THEN 'A' WHEN score >= 80 THEN 'B' ELSE 'C' END AS grade, COUNT(*) FROM exams GROUP BY CASE WHEN score >= 90 THEN 'A' WHEN score >= 80 THEN 'B' ELSE 'C' END
SELECT CAST(SUM(CASE WHEN gender = 'M' THEN 1 ELSE 0 END) AS REAL) * 100 / COUNT(*) FROM patient WHERE diagnosis = 'SLE'
WITH t AS (SELECT 1 AS n) SELECT * FROM t
WITH RECURSIVE seq(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM seq WHERE n < 10) SELECT n FROM seq
WITH RECURSIVE subordinates AS (SELECT employee_id, manager_id, full_name, 0 AS lvl FROM employees WHERE manager_id IS NULL UNION ALL SELECT e.employee_id, e.manager_id, e.full_name, s.lvl + 1 FROM employees e INNER JOIN subordinates s ON s.employee_id = e.manager_id) SELECT * FROM subordinates ORDER BY lvl, full_name
SELECT id, ROW_NUMBER() OVER (PARTITION BY dept ORDER BY salary DESC) rn FROM emp
SELECT * FROM (SELECT e.*, RANK() OVER (PARTITION BY dept_id ORDER BY salary DESC) AS rnk FROM emp e) x WHERE rnk <= 3
SELECT id, LAG(amount, 1, 0) OVER (ORDER BY dt) prev, LEAD(amount) OVER (ORDER BY dt) nxt FROM sales
SELECT dt, SUM(x) OVER (ORDER BY dt ROWS BETWEEN 6 PRECEDING AND CURRENT ROW) AS roll7 FROM daily
SELECT dt, AVG(x) OVER w, NTILE(4) OVER w FROM daily WINDOW w AS (PARTITION BY k ORDER BY dt)
SELECT FIRST_VALUE(a) OVER (ORDER BY b), LAST_VALUE(a) OVER (ORDER BY b ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING), NTH_VALUE(a, 2) OVER (ORDER BY b), CUME_DIST() OVER (ORDER BY b), PERCENT_RANK() OVER (ORDER BY b), DENSE_RANK() OVER (ORDER BY b) FROM t
SELECT coalesce(a, b, 0), nullif(a, 0), round(a * 1.0 / b, 2), abs(a), upper(n), lower(n), length(n), trim(n), replace(n, 'a', 'b'), substr(n, 1, 3) FROM t
SELECT p.product_name, (SELECT AVG(unit_price) FROM products) AS avg_price FROM products p WHERE EXISTS (SELECT 1 FROM order_details od WHERE od.product_id = p.product_id AND od.quantity > 100)
SELECT a.id FROM a LEFT JOIN b ON a.id = b.aid WHERE b.aid IS NULL
SELECT a.id, b.id FROM a CROSS JOIN b
SELECT * FROM a NATURAL JOIN b
SELECT * FROM a JOIN b USING (id) JOIN c USING (id, k)
SELECT * FROM a, b, c WHERE a.id = b.aid AND b.id = c.bid
SELECT * FROM employees WHERE name LIKE '%son' OR name NOT LIKE 'A\_%' ESCAPE '\\'
SELECT * FROM t WHERE a BETWEEN 1 AND 10 AND b IN (1, 2, 3) AND c IS NOT NULL AND NOT (d = 5)
SELECT 'it''s; DROP TABLE users; --' AS x
SELECT '/* not a comment */' AS c, '-- neither' AS d
SELECT 'INSERT INTO x' AS "delete", 'update' AS "drop" FROM audit_log WHERE action = 'DELETE'
SELECT "select", "from", "order" FROM "group"
SELECT last_update, is_deleted, created_at, drop_count, insert_ts FROM update_log
/* Metabase:: userID: 1 queryType: native queryHash: abc */ SELECT 1
SELECT /* inline */ a -- trailing
SELECT 销售额, 客户名称 FROM 订单 WHERE 城市 = '北京' ORDER BY 销售额 DESC LIMIT 10
SELECT 地区 AS 区域, SUM(金额) AS 总金额 FROM 销售表 GROUP BY 地区 HAVING SUM(金额) > 10000
SELECT "客户"."姓名", COUNT(*) AS "订单数" FROM "客户" LEFT JOIN "订单" ON "客户"."编号" = "订单"."客户编号" GROUP BY "客户"."姓名"
SELECT "Orders"."Order ID" AS "Order ID", "Orders"."Ship Date" FROM "Sample - Superstore"."Orders" AS "Orders"
SELECT "source"."CATEGORY" AS "CATEGORY", COUNT(*) AS "count" FROM (SELECT "PUBLIC"."PRODUCTS"."CATEGORY" AS "CATEGORY" FROM "PUBLIC"."PRODUCTS") AS "source" GROUP BY "source"."CATEGORY" ORDER BY "source"."CATEGORY" ASC
SELECT e1.name FROM employee e1, employee e2 WHERE e1.manager_id = e2.id AND e1.salary > e2.salary
SELECT MAX(salary) AS SecondHighestSalary FROM Employee WHERE salary < (SELECT MAX(salary) FROM Employee)
SELECT DISTINCT l1.num AS ConsecutiveNums FROM Logs l1, Logs l2, Logs l3 WHERE l1.id = l2.id - 1 AND l2.id = l3.id - 1 AND l1.num = l2.num AND l2.num = l3.num
SELECT s.score, (SELECT COUNT(DISTINCT s2.score) FROM Scores s2 WHERE s2.score >= s.score) AS "rank" FROM Scores s ORDER BY s.score DESC
SELECT user_id, COUNT(*) FILTER (WHERE x > 3) FROM t GROUP BY user_id
SELECT * FROM (VALUES (1, 'a'), (2, 'b')) AS v
VALUES (1, 2), (3, 4)
SELECT * FROM t ORDER BY 1 DESC, 2 LIMIT 10 OFFSET 20
SELECT ((((1 + 2)))) * 3 AS x
(SELECT 1) UNION ALL (SELECT 2)
SELECT -1, +2, 1e10, .5, 5., 0.1E-3, 1.0
SELECT * FROM orders WHERE customer_id IN (SELECT id FROM customers WHERE country IN ('DE', 'FR')) AND total > ALL (SELECT 1)
SELECT NULL, TRUE, FALSE, CURRENT_DATE, CURRENT_TIMESTAMP, CURRENT_TIME
SELECT COUNT(*) AS n, SUM(CASE WHEN status = 'returned' THEN 1 ELSE 0 END) * 1.0 / COUNT(*) AS rate FROM orders o INNER JOIN order_items oi ON (o.id = oi.order_id)
SELECT f.title, c.name FROM film f JOIN film_category fc ON f.film_id = fc.film_id JOIN category c ON fc.category_id = c.category_id WHERE f.rating IN ('PG', 'G') AND f.rental_rate < 1 ORDER BY f.title
SELECT g.Name AS Genre, SUM(il.UnitPrice * il.Quantity) AS Revenue FROM Genre g JOIN Track t ON t.GenreId = g.GenreId JOIN InvoiceLine il ON il.TrackId = t.TrackId GROUP BY g.GenreId, g.Name ORDER BY Revenue DESC
SELECT anon_1.id AS anon_1_id FROM (SELECT users.id AS id FROM users WHERE users.name = 'x') AS anon_1 LEFT OUTER JOIN addresses AS addresses_1 ON anon_1.id = addresses_1.user_id
SELECT t0.a AS c0, t0.b AS c1, 1 AS "1" FROM t AS t0 WHERE (t0.a, t0.b) IN (SELECT x, y FROM z)
SELECT * FROM t WHERE (a, b) = (1, 2)
SELECT * FROM t WHERE a <> 1 AND b != 2 AND c <= 3 AND d >= 4
SELECT a % 2, a + b - c * d / e FROM t
SELECT a & 1, a | 2, ~a, a << 1, a >> 1 FROM t
SELECT COUNT(1), COUNT(ALL x), SUM(DISTINCT y) FROM t
SELECT 1 WHERE EXISTS (SELECT 1 FROM t)
SELECT max(x) - min(x) AS spread, avg(x * x) - avg(x) * avg(x) AS var FROM m
SELECT l_returnflag, l_linestatus, SUM(l_quantity) AS sum_qty, SUM(l_extendedprice) AS sum_base_price, SUM(l_extendedprice * (1 - l_discount)) AS sum_disc_price, SUM(l_extendedprice * (1 - l_discount) * (1 + l_tax)) AS sum_charge, AVG(l_quantity) AS avg_qty, COUNT(*) AS count_order FROM lineitem WHERE l_shipdate <= '1998-09-02' GROUP BY l_returnflag, l_linestatus ORDER BY l_returnflag, l_linestatus
select s_acctbal, s_name, n_name, p_partkey, p_mfgr, s_address, s_phone, s_comment from part, supplier, partsupp, nation, region where p_partkey = ps_partkey and s_suppkey = ps_suppkey and p_size = 15 and p_type like '%BRASS' and s_nationkey = n_nationkey and n_regionkey = r_regionkey and r_name = 'EUROPE' and ps_supplycost = (select min(ps_supplycost) from partsupp, supplier, nation, region where p_partkey = ps_partkey and s_suppkey = ps_suppkey and s_nationkey = n_nationkey and n_regionkey = r_regionkey and r_name = 'EUROPE') order by s_acctbal desc, n_name, s_name, p_partkey limit 100
select o_orderpriority, count(*) as order_count from orders where o_orderdate >= '1993-07-01' and exists ( select * from lineitem where l_orderkey = o_orderkey and l_commitdate < l_receiptdate) group by o_orderpriority order by o_orderpriority;
select sum(l_extendedprice * l_discount) as revenue from lineitem where l_shipdate >= '1994-01-01' and l_discount between 0.06 - 0.01 and 0.06 + 0.01 and l_quantity < 24
select c_count, count(*) as custdist from (select c_custkey, count(o_orderkey) as c_count from customer left outer join orders on c_custkey = o_custkey and o_comment not like '%special%requests%' group by c_custkey) as c_orders group by c_count order by custdist desc, c_count desc
with revenue as (select l_suppkey as supplier_no, sum(l_extendedprice * (1 - l_discount)) as total_revenue from lineitem group by l_suppkey) select s_suppkey, s_name, s_address, s_phone, total_revenue from supplier, revenue where s_suppkey = supplier_no and total_revenue = (select max(total_revenue) from revenue) order by s_suppkey
select p_brand, p_type, p_size, count(distinct ps_suppkey) as supplier_cnt from partsupp, part where p_partkey = ps_partkey and p_brand <> 'Brand#45' and p_type not like 'MEDIUM POLISHED%' and p_size in (49, 14, 23, 45, 19, 3, 36, 9) and ps_suppkey not in (select s_suppkey from supplier where s_comment like '%Customer%Complaints%') group by p_brand, p_type, p_size order by supplier_cnt desc, p_brand, p_type, p_size
select sum(l_extendedprice) / 7.0 as avg_yearly from lineitem, part where p_partkey = l_partkey and p_brand = 'Brand#23' and p_container = 'MED BOX' and l_quantity < (select 0.2 * avg(l_quantity) from lineitem where l_partkey = p_partkey)
select sum(l_extendedprice* (1 - l_discount)) as revenue from lineitem, part where (p_partkey = l_partkey and p_brand = 'Brand#12' and p_container in ('SM CASE', 'SM BOX', 'SM PACK', 'SM PKG') and l_quantity >= 1 and l_quantity <= 1 + 10 and p_size between 1 and 5 and l_shipmode in ('AIR', 'AIR REG') and l_shipinstruct = 'DELIVER IN PERSON') or (p_partkey = l_partkey and p_brand = 'Brand#23')
select s_name, count(*) as numwait from supplier, lineitem l1, orders, nation where s_suppkey = l1.l_suppkey and o_orderkey = l1.l_orderkey and o_orderstatus = 'F' and l1.l_receiptdate > l1.l_commitdate and exists (select * from lineitem l2 where l2.l_orderkey = l1.l_orderkey and l2.l_suppkey <> l1.l_suppkey) and not exists (select * from lineitem l3 where l3.l_orderkey = l1.l_orderkey and l3.l_suppkey <> l1.l_suppkey and l3.l_receiptdate > l3.l_commitdate) and s_nationkey = n_nationkey and n_name = 'SAUDI ARABIA' group by s_name order by numwait desc, s_name limit 100
with ssr as (select s_store_id, sum(sales_price) as sales, sum(profit) as profit from ( select ss_store_sk as store_sk, ss_ext_sales_price as sales_price, ss_net_profit as profit, cast(0 as decimal(7,2)) as return_amt from store_sales union all select sr_store_sk, cast(0 as decimal(7,2)), cast(0 as decimal(7,2)), sr_return_amt from store_returns) salesreturns, date_dim, store where store_sk = s_store_sk group by s_store_id) select channel, id, sum(sales) as sales from (select 'store channel' as channel, 'store' || s_store_id as id, sales from ssr) x group by channel, id order by channel, id limit 100
SELECT SUM(amount) AS "SUM(amount)" FROM (SELECT * FROM sales WHERE 1 = 1 AND region IN ('EU')) AS virtual_table LIMIT 50000
SELECT u.id, u.name FROM users u LEFT JOIN LATERAL_VIEW lv ON lv.user_id = u.id WHERE u.active = 1 ORDER BY u.name
select dept_name from departments where dept_no = (select dept_no from dept_emp group by dept_no order by count(*) desc limit 1)
SELECT T2.School FROM satscores AS T1 INNER JOIN schools AS T2 ON T1.cds = T2.CDSCode WHERE T1.AvgScrMath IS NOT NULL ORDER BY T1.AvgScrMath DESC LIMIT 1
SELECT "Free Meal Count (K-12)" / "Enrollment (K-12)" FROM frpm WHERE "County Name" = 'Alameda'
SELECT t1.a, t2.b FROM t1 LEFT JOIN (t2 INNER JOIN t3 ON t2.id = t3.id) ON t1.id = t2.id
SELECT x.* FROM (SELECT 1 a UNION SELECT 2) x
SELECT 1 = 1, 1 < 2, NOT 1 = 2, 1 IS NULL
SELECT COUNT(*), 'x' || 'y' FROM t GROUP BY ()
SELECT * FROM t WHERE name = 'Robert''); DROP TABLE Students;--'
SELECT 'é', '日本語', '🙂', 'Ünïcode' FROM t
SELECT count(*) FROM "数据 库"
select product_id,year as first_year,quantity,price from Sales where (product_id,year) in (select product_id,min(year) from Sales group by product_id)
SELECT date_trunc('month', created_at) AS month, count(*) FROM orders GROUP BY 1 ORDER BY 1
SELECT date_trunc('day', "created_at"::timestamp) AS "__timestamp", COUNT(*) AS "count" FROM "public"."orders" WHERE "created_at" >= TO_TIMESTAMP('2023-01-01 00:00:00.000000', 'YYYY-MM-DD HH24:MI:SS.US') GROUP BY DATE_TRUNC('day', "created_at"::timestamp) ORDER BY "count" DESC LIMIT 1000
SELECT floor(extract(epoch from created_at)/300)*300 AS "time", avg(value) AS value FROM metrics WHERE created_at BETWEEN '2024-01-01T00:00:00Z' AND '2024-01-02T00:00:00Z' GROUP BY 1 ORDER BY 1
SELECT CAST(DATE_TRUNC('week', CAST((CAST("public"."orders"."created_at" AS timestamp) + (INTERVAL '1 day')) AS timestamp)) AS timestamp) + (INTERVAL '-1 day') AS "created_at" FROM "public"."orders" WHERE "public"."orders"."created_at" >= DATE_TRUNC('day', (NOW() + (INTERVAL '-30 day')))
SELECT EXTRACT(YEAR FROM o_orderdate), extract(dow from ts), date_part('hour', ts), age(now(), ts), now() - interval '7 days', ts AT TIME ZONE 'UTC' FROM t
SELECT to_char(ts, 'YYYY-MM') AS ym, to_date('2024-01-01','YYYY-MM-DD'), to_number('12,454.8-', '99G999D9S'), to_timestamp(1700000000) FROM t
SELECT generate_series('2024-01-01'::date, '2024-12-31'::date, '1 month'::interval)::date AS d
SELECT d::date FROM generate_series(current_date - 30, current_date, interval '1 day') AS g(d) LEFT JOIN orders o ON o.created_at::date = d
SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY amount), percentile_disc(array[0.25,0.75]) WITHIN GROUP (ORDER BY amount), mode() WITHIN GROUP (ORDER BY status) FROM orders
SELECT DISTINCT ON (customer_id) customer_id, order_date, total FROM orders ORDER BY customer_id, order_date DESC
SELECT string_agg(name, ', ' ORDER BY name), array_agg(DISTINCT id), array_agg(x ORDER BY y DESC) FILTER (WHERE x IS NOT NULL), json_agg(t), jsonb_object_agg(k, v), bool_and(b), every(b), bit_or(x) FROM t
SELECT data->>'name', data->'address'->>'city', data#>'{a,b}', data#>>'{a,0}', data @> '{"a":1}', data ? 'k', data ?| array['a','b'], data ?& array['a'], data || '{"x":1}'::jsonb, data - 'k', data #- '{a,b}' FROM docs
SELECT jsonb_array_elements(data->'items')->>'id' FROM t
SELECT o.id, item->>'sku' AS sku FROM orders o, jsonb_array_elements(o.payload->'items') AS item
SELECT o.id, e.value FROM orders o CROSS JOIN LATERAL jsonb_each_text(o.attrs) AS e(key, value)
SELECT key, value FROM t, json_each(t.j) WHERE value::text <> 'null'
SELECT * FROM jsonb_to_recordset('[{"a":1,"b":"x"}]') AS x(a int, b text)
SELECT jsonb_path_query(data, '$.items[*] ? (@.price > 10)'), jsonb_path_exists(data, '$.a'), data @? '$.a', data @@ '$.a > 1' FROM docs
SELECT jsonb_pretty(data), jsonb_typeof(data->'x'), jsonb_array_length(data->'x'), jsonb_build_object('a', 1, 'b', ARRAY[1,2]), to_jsonb(row(1,2)), row_to_json(t), jsonb_strip_nulls(data), jsonb_set(data, '{a}', '1') FROM docs t
SELECT json_build_array(1,2), json_object('{a,1,b,2}'), json_object('{a,b}', '{1,2}'), json_typeof('1')
SELECT u.*, last.* FROM users u LEFT JOIN LATERAL (SELECT * FROM logins l WHERE l.user_id = u.id ORDER BY l.at DESC LIMIT 1) last ON true
SELECT unnest(tags) AS tag, count(*) FROM posts GROUP BY tag
SELECT t.id, u.tag, u.ord FROM posts t, unnest(t.tags) WITH ORDINALITY AS u(tag, ord)
SELECT * FROM unnest(ARRAY[1,2], ARRAY['a','b']) AS x(n, s)
SELECT ARRAY(SELECT id FROM t), ARRAY[[1,2],[3,4]], (ARRAY[1,2,3])[2], (ARRAY[1,2,3])[1:2], array_length(tags, 1), cardinality(tags), array_position(tags, 'x'), 'a' = ANY(tags), tags && ARRAY['a'], tags @> ARRAY['b'], array_to_string(tags, ','), string_to_array('a,b', ',') FROM posts
SELECT * FROM t WHERE id = ANY('{1,2,3}'::int[]) AND name ILIKE '%foo%' AND name ~* '^a.*z$' AND name !~ 'b' AND name SIMILAR TO '(a|b)%'
SELECT name ~~ 'a%', name !~~* 'b%' FROM t
SELECT region, product, SUM(x), GROUPING(region) FROM sales GROUP BY GROUPING SETS ((region, product), (region), ())
SELECT region, product, SUM(x) FROM sales GROUP BY ROLLUP (region, product)
SELECT region, product, SUM(x) FROM sales GROUP BY CUBE (region, product)
SELECT * FROM t TABLESAMPLE BERNOULLI (10)
SELECT * FROM t TABLESAMPLE SYSTEM (1) REPEATABLE (42)
SELECT * FROM t FETCH FIRST 10 ROWS ONLY
SELECT * FROM t ORDER BY x NULLS LAST OFFSET 5 ROWS FETCH NEXT 5 ROWS WITH TIES
TABLE customers
SELECT $$it's dollar$$, $tag$quoted; text$tag$, E'tab\tnew\nline', B'1010', X'1F'
SELECT '{"a": 1}'::jsonb, '2024-01-01'::date, 5::numeric(10,2), 'a'::varchar(10), '1 day'::interval, '{1,2}'::int[], CAST('x' AS text), DATE '2024-01-01', TIMESTAMP '2024-01-01 00:00', TIMESTAMPTZ '2024-01-01 00:00+00', INTERVAL '1' DAY
SELECT regexp_replace(name, '\s+', ' ', 'g'), regexp_matches(name, '(\d+)', 'g'), regexp_split_to_array(name, ','), regexp_split_to_table(name, ','), substring(name from 1 for 3), substring(name from '\d+'), split_part(name, '-', 2), position('a' in name), overlay(name placing 'x' from 2 for 3), initcap(name), lpad(name, 5, '0'), rpad(name, 5), left(name, 2), right(name, 2), reverse(name), repeat('x', 3), translate(name, 'a', 'b'), strpos(name, 'a'), concat(a, b), concat_ws('-', a, b), format('%s-%s', a, b), md5(name), ascii('a'), chr(65), btrim(name), ltrim(name), quote_literal(name), starts_with(name, 'x') FROM t
SELECT regexp_count(name, 'a'), regexp_instr(name, 'a'), regexp_like(name, 'a'), regexp_substr(name, 'a') FROM t
SELECT greatest(a, b), least(a, b), ceil(a), floor(a), trunc(a, 2), sign(a), sqrt(a), power(a, 2), exp(a), ln(a), log(a), log(2, a), mod(a, b), pi(), degrees(a), radians(a), random(), width_bucket(a, 0, 100, 10), div(a, b), cbrt(a), gcd(4, 6), a ^ 2, |/ a, @ a FROM t
SELECT corr(x, y), covar_pop(x, y), regr_slope(y, x), regr_intercept(y, x), regr_r2(y, x), stddev(x), stddev_pop(x), variance(x), var_samp(x) FROM t
SELECT count(*) FILTER (WHERE status = 'a') AS a, count(*) FILTER (WHERE status = 'b') AS b FROM t
SELECT sum(x) OVER (ORDER BY d RANGE BETWEEN '7 days' PRECEDING AND CURRENT ROW), sum(x) OVER (ORDER BY d GROUPS BETWEEN 1 PRECEDING AND 1 FOLLOWING EXCLUDE CURRENT ROW) FROM t
SELECT rank('x') WITHIN GROUP (ORDER BY name) FROM t
SELECT make_date(2024, 1, 1), make_interval(days => 10), make_timestamp(2024,1,1,0,0,0), justify_days(interval '35 days'), date_bin('15 minutes', ts, timestamp '2001-01-01'), isfinite(ts), localtimestamp, localtime, clock_timestamp(), statement_timestamp(), transaction_timestamp(), timeofday() FROM t
SELECT (d1, d2) OVERLAPS (d3, d4), d1 + 7, d1 - d2, ts::time, extract(isodow from d1), extract(quarter from d1), extract('week' from d1) FROM t
SELECT tsrange(a, b) && tsrange(c, d), lower(r), upper(r), r @> 5, int4range(1, 10) * int4range(5, 15), isempty(r), daterange('2024-01-01', '2024-02-01', '[)') FROM t
SELECT to_tsvector('english', body) @@ to_tsquery('english', 'cat & dog'), ts_rank(to_tsvector(body), plainto_tsquery('cat')), ts_headline('english', body, websearch_to_tsquery('cat')), phraseto_tsquery('a b') FROM docs
SELECT a IS DISTINCT FROM b, a IS NOT DISTINCT FROM b, a IS TRUE, a IS NOT UNKNOWN FROM t
SELECT (address).city, (t.address).zip, ROW(1,2) = ROW(1,2) FROM t
SELECT inet '10.0.0.1' << inet '10.0.0.0/8', host(ip), masklen(ip), network(ip), ip <<= '10.0.0.0/8'::cidr FROM t
SELECT point(1,2) <-> point(3,4), circle(point(0,0), 1), box '((0,0),(1,1))' FROM t
WITH RECURSIVE t(n, path) AS (SELECT 1, ARRAY[1] UNION ALL SELECT n+1, path || n FROM t WHERE n < 5) SEARCH DEPTH FIRST BY n SET ord SELECT * FROM t
WITH RECURSIVE g AS (SELECT id, parent FROM tree UNION SELECT c.id, c.parent FROM tree c JOIN g ON c.parent = g.id) CYCLE id SET is_cycle USING path SELECT * FROM g
WITH x AS MATERIALIZED (SELECT * FROM t), y AS NOT MATERIALIZED (SELECT * FROM x) SELECT * FROM y
SELECT table_name, column_name, data_type, is_nullable, column_default FROM information_schema.columns WHERE table_schema = 'public' ORDER BY ordinal_position
SELECT schemaname, tablename FROM pg_catalog.pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')
SELECT relname, n_live_tup, n_dead_tup, last_vacuum, last_autovacuum, seq_scan, idx_scan FROM pg_stat_user_tables ORDER BY n_dead_tup DESC
SELECT pg_size_pretty(pg_total_relation_size(relid)) AS total, pg_size_pretty(pg_relation_size(relid)), relname FROM pg_catalog.pg_statio_user_tables ORDER BY pg_total_relation_size(relid) DESC LIMIT 20
SELECT datname, pg_size_pretty(pg_database_size(datname)) FROM pg_database
SELECT pg_size_pretty(pg_database_size(current_database())), current_schema(), current_user, session_user, version(), current_setting('server_version'), current_schemas(true)
SELECT c.oid, n.nspname, c.relname FROM pg_catalog.pg_class c LEFT JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE c.relname OPERATOR(pg_catalog.~) '^(orders)$' COLLATE pg_catalog.default AND pg_catalog.pg_table_is_visible(c.oid) ORDER BY 2, 3
SELECT a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod), (SELECT pg_catalog.pg_get_expr(d.adbin, d.adrelid, true) FROM pg_catalog.pg_attrdef d WHERE d.adrelid = a.attrelid AND d.adnum = a.attnum AND a.atthasdef), a.attnotnull FROM pg_catalog.pg_attribute a WHERE a.attrelid = '16391' AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum
SELECT indexname, indexdef FROM pg_indexes WHERE tablename = 'orders'
SELECT i.relname, ix.indisunique, pg_get_indexdef(ix.indexrelid), am.amname FROM pg_index ix JOIN pg_class i ON i.oid = ix.indexrelid JOIN pg_am am ON am.oid = i.relam WHERE ix.indrelid = 'public.orders'::regclass
SELECT viewname, definition FROM pg_views WHERE schemaname = 'public'
SELECT pg_get_viewdef('my_view'::regclass, true)
SELECT obj_description('orders'::regclass), col_description('orders'::regclass, 1), to_regclass('public.orders')
SELECT tc.constraint_name, kcu.column_name, ccu.table_name AS foreign_table FROM information_schema.table_constraints AS tc JOIN information_schema.key_column_usage AS kcu ON tc.constraint_name = kcu.constraint_name AND tc.table_schema = kcu.table_schema JOIN information_schema.constraint_column_usage AS ccu ON ccu.constraint_name = tc.constraint_name WHERE tc.constraint_type = 'FOREIGN KEY'
SELECT p.proname, pg_get_function_arguments(p.oid), pg_get_function_result(p.oid), l.lanname FROM pg_proc p JOIN pg_language l ON l.oid = p.prolang WHERE p.pronamespace = 'public'::regnamespace
SELECT t.typname, e.enumlabel FROM pg_type t JOIN pg_enum e ON t.oid = e.enumtypid ORDER BY e.enumsortorder
SELECT trigger_name, event_manipulation, action_statement FROM information_schema.triggers
SELECT sequence_name, start_value FROM information_schema.sequences
SELECT inhrelid::regclass AS part, inhparent::regclass FROM pg_inherits
SELECT reltuples::bigint AS estimate FROM pg_class WHERE oid = 'public.orders'::regclass
SELECT name, setting, unit FROM pg_settings WHERE name LIKE '%work_mem%'
SHOW TRANSACTION ISOLATION LEVEL
EXPLAIN SELECT * FROM orders WHERE id = 1
EXPLAIN (FORMAT JSON) SELECT 1
EXPLAIN ANALYZE VERBOSE SELECT * FROM t
EXPLAIN (COSTS OFF, TIMING FALSE, ANALYZE TRUE, FORMAT YAML, WAL, SUMMARY, SETTINGS) SELECT 1
SELECT "auth_user"."id", "auth_user"."username" FROM "auth_user" WHERE UPPER("auth_user"."username"::text) LIKE UPPER('%x%') ORDER BY "auth_user"."id" ASC LIMIT 21
SELECT (1) AS "a" FROM "app_post" WHERE "app_post"."id" = 3 LIMIT 1
SELECT "users".* FROM "users" INNER JOIN "posts" ON "posts"."user_id" = "users"."id" WHERE "posts"."published" = TRUE AND ("users"."age" > 18) ORDER BY "users"."created_at" DESC LIMIT 11
SELECT COUNT(*) FROM (SELECT 1 AS one FROM "users" WHERE "users"."id" IN (1, 2) LIMIT 11) subquery_for_count
SELECT coalesce(sum(amount), 0)::float8 AS "Revenue ($)", (count(*) * 100.0 / nullif(sum(count(*)) over (), 0))::numeric(5,2) AS "Share %" FROM orders GROUP BY status
SELECT 100 * count(*) FILTER (WHERE active) / count(*)::float AS pct FROM users
SELECT user_id, session_id, sum(new_session) OVER (PARTITION BY user_id ORDER BY ts) FROM (SELECT *, CASE WHEN ts - lag(ts) OVER (PARTITION BY user_id ORDER BY ts) > interval '30 minutes' THEN 1 ELSE 0 END AS new_session FROM events) s
SELECT DATE(created_at), COUNT(*) FROM users WHERE created_at > CURRENT_DATE - INTERVAL '1 month' GROUP BY DATE(created_at)
SELECT cohort_month, EXTRACT(YEAR FROM AGE(activity_month, cohort_month)) * 12 + EXTRACT(MONTH FROM AGE(activity_month, cohort_month)) AS month_number, COUNT(DISTINCT user_id) FROM cohorts GROUP BY 1, 2
SELECT x.a, y.b FROM t1 x FULL OUTER JOIN t2 y ON x.id = y.id
SELECT a.x, j.id FROM a JOIN b USING (id) AS j
SELECT pg_typeof(1), pg_column_size(data), pg_client_encoding(), num_nulls(a, b), num_nonnulls(a, b) FROM t
SELECT encode(digest, 'hex'), decode('ff', 'hex'), get_byte(b, 0), octet_length(b), bit_length(b), sha256(b), convert_from(b, 'UTF8') FROM t
SELECT gen_random_uuid(), uuid_generate_v4()
SELECT xpath('/a/b/text()', doc), xmlparse(content '<a/>'), xmlelement(name foo, 'bar'), xmlagg(x), xmlforest(a, b), xmlserialize(content doc as text), doc IS DOCUMENT FROM x
SELECT XMLPARSE(DOCUMENT '<a/>'), xmlexists('//a' PASSING BY REF doc), xmlconcat(a, b), xmlpi(name php, 'x'), xmlroot(doc, version '1.0') FROM x
SELECT * FROM XMLTABLE('/rows/row' PASSING data COLUMNS id int PATH '@id', name text PATH 'name') AS t
SELECT * FROM ROWS FROM (generate_series(1,3), generate_series(1,2)) AS r(a, b)
SELECT tablename, pg_relation_filepath(tablename::regclass) IS NOT NULL FROM pg_tables
SELECT id, name COLLATE "C" FROM t ORDER BY name COLLATE "de_DE" ASC NULLS FIRST
SELECT 1 AS "a""b", "Weird ""name""" FROM "We;ird"
SELECT similarity(name, 'foo'), word_similarity('a', name), name <-> 'foo', unaccent(name), levenshtein(a, b), soundex(a), metaphone(a, 4), dmetaphone(a) FROM t WHERE name % 'foo'
SELECT ST_AsText(geom), ST_Distance(a.geom, b.geom), ST_Within(a.geom, b.geom), ST_X(geom), ST_Area(geom::geography), ST_Intersects(a.geom, b.geom), ST_SetSRID(ST_MakePoint(1, 2), 4326), ST_DWithin(a.geom, b.geom, 100), ST_AsGeoJSON(geom), ST_Buffer(geom, 10), ST_Transform(geom, 3857), ST_Centroid(geom) FROM a, b
SELECT time_bucket('5 minutes', ts) AS bucket, avg(v), first(v, ts), last(v, ts) FROM metrics GROUP BY bucket
SELECT hstore('a', 'b') -> 'a', akeys(h), h ? 'a', each(h), skeys(h) FROM t
SELECT embedding <-> '[1,2,3]' AS dist, embedding <=> '[1,2]' FROM items ORDER BY embedding <-> '[3,1,2]' LIMIT 5
select n_name, sum(l_extendedprice * (1 - l_discount)) as revenue from customer, orders, lineitem, supplier, nation, region where c_custkey = o_custkey and l_orderkey = o_orderkey and l_suppkey = s_suppkey and c_nationkey = s_nationkey and s_nationkey = n_nationkey and n_regionkey = r_regionkey and r_name = 'ASIA' and o_orderdate >= date '1994-01-01' and o_orderdate < date '1994-01-01' + interval '1' year group by n_name order by revenue desc
select supp_nation, cust_nation, l_year, sum(volume) as revenue from (select n1.n_name as supp_nation, n2.n_name as cust_nation, extract(year from l_shipdate) as l_year, l_extendedprice * (1 - l_discount) as volume from supplier, lineitem, orders, customer, nation n1, nation n2 where s_suppkey = l_suppkey) as shipping group by supp_nation, cust_nation, l_year
select 100.00 * sum(case when p_type like 'PROMO%' then l_extendedprice * (1 - l_discount) else 0 end) / sum(l_extendedprice * (1 - l_discount)) as promo_revenue from lineitem, part where l_partkey = p_partkey and l_shipdate >= date '1995-09-01' and l_shipdate < date '1995-09-01' + interval '1 month'
select cntrycode, count(*) as numcust, sum(c_acctbal) as totacctbal from (select substring(c_phone from 1 for 2) as cntrycode, c_acctbal from customer where substring(c_phone from 1 for 2) in ('13', '31') and c_acctbal > (select avg(c_acctbal) from customer where c_acctbal > 0.00)) as custsale group by cntrycode order by cntrycode
select l_shipmode, sum(case when o_orderpriority = '1-URGENT' or o_orderpriority = '2-HIGH' then 1 else 0 end) as high_line_count from orders, lineitem where o_orderkey = l_orderkey and l_shipmode in ('MAIL', 'SHIP') group by l_shipmode
SELECT "t"."a", ROUND(AVG("t"."b")::numeric, 2) FROM "public"."t" AS "t" WHERE "t"."d" >= '2020-01-01T00:00:00.000Z'::timestamptz GROUP BY 1 HAVING COUNT(*) > 1
SELECT pid, state, query_start, wait_event_type, left(query, 100) FROM pg_stat_activity WHERE state <> 'idle'
SELECT locktype, relation::regclass, mode, granted FROM pg_locks
SELECT blocked.pid, pg_blocking_pids(blocked.pid) FROM pg_stat_activity blocked
SELECT indexrelname, idx_scan, pg_size_pretty(pg_relation_size(indexrelid)) FROM pg_stat_user_indexes WHERE idx_scan = 0
SELECT sum(heap_blks_hit)::numeric / nullif(sum(heap_blks_hit) + sum(heap_blks_read), 0) AS hit_ratio FROM pg_statio_user_tables
SELECT nspname, nspowner::regrole FROM pg_namespace WHERE nspname !~ '^pg_'
SELECT has_table_privilege('orders', 'SELECT'), has_schema_privilege('public', 'USAGE')
SELECT oid::regclass, relkind, relpages FROM pg_class WHERE relkind = 'r'
SELECT table_schema, table_name, privilege_type FROM information_schema.role_table_grants WHERE grantee = 'app'
SELECT pg_postmaster_start_time(), now() - pg_postmaster_start_time() AS uptime, inet_server_addr(), pg_is_in_recovery(), pg_backend_pid()
SELECT pg_get_serial_sequence('orders', 'id'), pg_get_triggerdef(oid) FROM pg_trigger
SELECT pg_get_functiondef('f'::regproc)
SELECT relname, age(relfrozenxid) FROM pg_class WHERE relkind = 'r' ORDER BY 2 DESC
SELECT * FROM pg_partition_tree('measurement')
SELECT name AS "姓名", round(avg(分数), 2) AS 平均分 FROM 学生 s JOIN 成绩 c ON s.学号 = c.学号 GROUP BY name
SELECT count(*) , sum(a)/nullif(count(*),0)::numeric FROM ONLY parent
SELECT * FROM parent*
SELECT t FROM t
SELECT t.*::text FROM t
SELECT count(t) FROM t
SELECT a.*, b.n FROM a, LATERAL (SELECT count(*) AS n FROM b WHERE b.aid = a.id) b
SELECT * FROM t1, t2 LEFT JOIN t3 ON t2.id = t3.id, LATERAL unnest(t3.arr) u
SELECT a[1], a[2:3], a[:], (b).c[1] FROM t
SELECT NOT a, a AND b OR c, a IN (VALUES (1), (2)) FROM t
SELECT x FROM generate_series(1, 10) x WHERE x % 2 = 0
SELECT 5 / 2, 5 % 2, 2 ^ 3, 5 # 3, !true
SELECT id FROM t WHERE ts > now() - '1 hour'::interval AND ts::date = 'today'
SELECT date '2024-02-29' + interval '1 year 2 months', '2024-01-01'::timestamp - '2023-01-01'::timestamp
SELECT a, b FROM t GROUP BY DISTINCT ROLLUP (a, b), a
SELECT EXISTS (SELECT FROM t WHERE id = 1)
SELECT FROM t
SELECT count(*) AS "count", 1 value, 2 name, 3 "type" FROM t
SELECT (SELECT json_agg(row_to_json(d)) FROM (SELECT id, name FROM departments) d) AS departments
SELECT COALESCE((SELECT json_agg(j) FROM (SELECT x.id FROM x) j), '[]'::json)
SELECT jsonb_agg(jsonb_build_object('id', id) ORDER BY id) FROM t
SELECT * FROM json_to_record('{"a":1}') AS x(a int)
SELECT * FROM json_populate_record(null::mytype, '{"a":1}')
SELECT LOWER(TRIM(BOTH ' ' FROM name)), TRIM(LEADING '0' FROM code), TRIM(TRAILING FROM x) FROM t
SELECT normalize('é', NFC), 'é' IS NFC NORMALIZED
WITH monthly AS (SELECT date_trunc('month', paid_at)::date AS m, sum(amount) AS revenue FROM payment GROUP BY 1) SELECT m, revenue, revenue - lag(revenue) OVER (ORDER BY m) AS delta, round(100.0 * (revenue / nullif(lag(revenue) OVER (ORDER BY m), 0) - 1), 1) AS growth_pct FROM monthly
SELECT a.attname AS column_name, format_type(a.atttypid, a.atttypmod) AS data_type, coalesce(i.indisprimary, false) FROM pg_attribute a LEFT JOIN pg_index i ON a.attrelid = i.indrelid AND a.attnum = ANY(i.indkey) WHERE a.attrelid = '"public"."orders"'::regclass AND a.attnum > 0
SELECT n.nspname as "Schema", c.relname as "Name", CASE c.relkind WHEN 'r' THEN 'table' WHEN 'v' THEN 'view' END as "Type", pg_catalog.pg_get_userbyid(c.relowner) as "Owner" FROM pg_catalog.pg_class c LEFT JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('r','p','') AND n.nspname <> 'pg_catalog' AND n.nspname !~ '^pg_toast' AND pg_catalog.pg_table_is_visible(c.oid) ORDER BY 1,2
SELECT pg_catalog.array_to_string(pg_catalog.array_agg(pg_catalog.format('%s=%s', d.k, d.v)), ', ') FROM (VALUES ('a', 1)) AS d(k, v)
SELECT c2.relname, i.indisprimary, pg_catalog.pg_get_indexdef(i.indexrelid, 0, true), con.contype FROM pg_catalog.pg_class c, pg_catalog.pg_class c2, pg_catalog.pg_index i LEFT JOIN pg_catalog.pg_constraint con ON (conrelid = i.indrelid AND conindid = i.indexrelid AND contype IN ('p','u','x')) WHERE c.oid = '16385' AND c.oid = i.indrelid AND i.indexrelid = c2.oid
SELECT conname, pg_catalog.pg_get_constraintdef(r.oid, true) as condef FROM pg_catalog.pg_constraint r WHERE r.conrelid = '16385' AND r.contype = 'f' ORDER BY 1
SELECT current_database(), schemaname, tablename, ROUND((CASE WHEN otta=0 THEN 0.0 ELSE sml.relpages::float/otta END)::numeric,1) AS tbloat FROM (SELECT schemaname, tablename, cc.relpages, CEIL((cc.reltuples*8)/(8192-20::float)) AS otta FROM pg_tables t JOIN pg_class cc ON cc.relname = t.tablename) AS sml
SELECT query, calls, total_exec_time, rows FROM pg_stat_statements ORDER BY total_exec_time DESC LIMIT 10
SELECT wait_event_type, wait_event, count(*) FROM pg_stat_activity GROUP BY 1, 2
SELECT slot_name, active, pg_size_pretty(pg_wal_lsn_diff(pg_current_wal_lsn(), restart_lsn)) FROM pg_replication_slots
SELECT client_addr, state, sent_lsn, replay_lag FROM pg_stat_replication
SELECT t.oid, t.typname, array_agg(e.enumlabel ORDER BY e.enumsortorder) FROM pg_type t JOIN pg_enum e ON e.enumtypid = t.oid GROUP BY 1, 2
SELECT * FROM pg_stat_progress_vacuum
SELECT * FROM pg_available_extensions
SELECT * FROM pg_roles
SELECT rolname, rolsuper, rolcreatedb FROM pg_roles WHERE rolcanlogin
SELECT usename, usesuper FROM pg_user
SELECT * FROM pg_stat_database
SELECT checkpoints_timed, buffers_alloc FROM pg_stat_bgwriter
SELECT * FROM pg_stat_all_indexes WHERE schemaname = 'public'
SELECT * FROM pg_sequences
SELECT * FROM pg_matviews
SELECT polname, pg_get_expr(polqual, polrelid) FROM pg_policy
SELECT * FROM pg_policies
SELECT * FROM information_schema.routines
SELECT routine_definition FROM information_schema.routines WHERE routine_schema = 'public'
SELECT * FROM information_schema.parameters
SELECT catalog_name FROM information_schema.information_schema_catalog_name
SELECT relname, obj_description(oid, 'pg_class') FROM pg_class
WITH RECURSIVE t(id, depth) AS (VALUES (1, 0) UNION ALL SELECT n.id, t.depth + 1 FROM nodes n JOIN t ON n.parent_id = t.id) SELECT * FROM t
SELECT a, count(*) OVER (), sum(b) OVER (PARTITION BY c ORDER BY d RANGE UNBOUNDED PRECEDING) FROM t
SELECT first_value(x) OVER w, lag(x, 1) OVER w FROM t WINDOW w AS (PARTITION BY a ORDER BY b), w2 AS (w RANGE CURRENT ROW)
SELECT date_trunc('month', d)::date m, sum(v) FILTER (WHERE k = 'a')::numeric / NULLIF(sum(v), 0) AS "a %" FROM t GROUP BY m HAVING sum(v) > 0 ORDER BY m DESC NULLS LAST
SELECT user_id, array_agg(DISTINCT product_id ORDER BY product_id) FROM orders GROUP BY user_id HAVING array_length(array_agg(DISTINCT product_id), 1) > 2
SELECT to_char(d, 'Day'), extract(isoyear from d), d - date '2020-01-01', (d + time '10:00')::timestamptz AT TIME ZONE 'Asia/Shanghai', d AT TIME ZONE 'UTC' AT TIME ZONE 'CET' FROM t
SELECT x::int4, x::double precision, x::character varying(10), x::timestamp with time zone, x::time without time zone, x::bit(3), x::"char", x::int[], x::public.mood, x::pg_catalog.int4 FROM t
SELECT CAST(x AS timestamp(3) with time zone), CAST(x AS interval hour to minute), x::interval day, interval '1-2' year to month FROM t
SELECT * FROM t WHERE (a, b) > (1, 2) AND (c, d) IN (SELECT e, f FROM u) AND a <> ALL (ARRAY[1, 2]) AND b = SOME (SELECT 1)
SELECT * FROM t WHERE a BETWEEN SYMMETRIC 5 AND 1 AND b NOT ILIKE ALL (ARRAY['%x%', '%y%']) AND c LIKE ANY ('{a,b}')
SELECT t1.*, t2.x AS "X" FROM t1 INNER JOIN LATERAL (VALUES (t1.a), (t1.b)) AS t2(x) ON TRUE
SELECT * FROM (t1 CROSS JOIN t2) LEFT JOIN t3 USING (id)
SELECT * FROM t1 NATURAL FULL OUTER JOIN t2
SELECT (SELECT count(*) FROM a) + (SELECT count(*) FROM b) AS total, ARRAY(SELECT x FROM c ORDER BY 1)
(SELECT a FROM t ORDER BY b LIMIT 1) UNION ALL (SELECT a FROM u ORDER BY b LIMIT 1) ORDER BY 1
SELECT a FROM t UNION (SELECT b FROM u EXCEPT ALL SELECT c FROM v) INTERSECT SELECT 1
SELECT json_build_object('a', json_agg(json_build_object('b', x))), json_object_agg(k, v ORDER BY k) FROM t
SELECT jsonb_path_query_array(d, '$[*] ? (@ > $min)', '{"min": 2}'), d['a']['b'], d->0->>'x' FROM t
SELECT xmlagg(xmlelement(name row, xmlattributes(id as "id"), xmlforest(a as x, b)) ORDER BY id) FROM t
SELECT regexp_match('foobar', '(o+)(b)'), (regexp_match('foobar', '(o+)'))[1], regexp_replace(a, '(\d+)', '<\1>', 'g') FROM t
SELECT format('Hello %s, %1$s %I %L', 'World', a, b) FROM t
SELECT width_bucket(x, ARRAY[1, 5, 10]), ntile(100) OVER (ORDER BY x), percentile_cont(ARRAY[0.5, 0.95]) WITHIN GROUP (ORDER BY x) FILTER (WHERE y) FROM t GROUP BY x
SELECT count(*) FROM t WHERE created_at >= now() - interval '24 hours' AND created_at < now() AND extract(hour from created_at) BETWEEN 9 AND 17
SELECT t.day, t.month, t.value, t.type, t.user_id, t.comment, t.begin, t.version, t.text, t.date, t.timestamp FROM t
SELECT start, "end", begin, share, lock, update_at, key, replace, temp, plan, copy, grant_id, do_it, call, explain, listen FROM t
SELECT * FROM t WHERE a @> ARRAY['x']::varchar[] AND b && '{a}' AND c <@ '[1,5]'::int4range AND d -|- e
SELECT COUNT(*)FILTER(WHERE a>1),SUM(b)OVER(PARTITION BY c)FROM t
select*from t where(a=1)and(b=2)or not(c)
SELECT *, tableoid::regclass, ctid, xmin FROM t
SELECT table_name FROM information_schema.tables WHERE table_schema = current_schema() AND table_type = 'BASE TABLE' AND table_name = ANY (current_schemas(false))
SELECT lower(daterange) FROM (SELECT daterange(a, b) FROM t) q
SELECT o.*, c.name FROM orders AS o (oid2, cid) JOIN customers c ON c.id = o.cid
SELECT grp, regr_slope(y, x) OVER (PARTITION BY grp) FROM t
SELECT day, COALESCE(cnt, 0) FROM generate_series(CURRENT_DATE - INTERVAL '6 days', CURRENT_DATE, '1 day'::interval) AS day LEFT JOIN (SELECT created_at::date AS d, count(*) AS cnt FROM orders GROUP BY 1) x ON x.d = day::date
SELECT s.i, chr(64 + s.i) FROM generate_series(1, 5) s(i)
SELECT n, n::text FROM generate_series(1, 5) WITH ORDINALITY AS t(n, o)
SELECT unnest(ARRAY['a','b']) AS k, unnest(ARRAY[1,2]) AS v
SELECT * FROM json_array_elements_text('["a"]'::json) AS names(name)
SELECT id, jsonb_object_keys(data) AS k FROM t
SELECT sum((item->>'price')::numeric * (item->>'qty')::int) FROM orders, jsonb_array_elements(items) item
SELECT d.* FROM t, jsonb_to_record(t.data) AS d(a int, b text)
SELECT * FROM pg_get_keywords()
SELECT name, abbrev, utc_offset FROM pg_timezone_names
SELECT inet_client_addr(), pg_conf_load_time()
SELECT max(length(name)), min(octet_length(name)), bool_or(name ~ '[^[:ascii:]]') FROM t
SELECT a FROM t ORDER BY CASE WHEN a IS NULL THEN 1 ELSE 0 END, a DESC, random() LIMIT ALL OFFSET 0
SELECT percent_rank() OVER (ORDER BY s), cume_dist() OVER (ORDER BY s) FROM t LIMIT 10 OFFSET 5
SELECT TO_CHAR(DATE_TRUNC('quarter', d), '"Q"Q YYYY') FROM t
SELECT (address).city, (t.address).zip FROM t
SELECT (jsonb_each(data)).key, (jsonb_each(data)).value FROM t
SELECT (aclexplode(relacl)).grantee FROM pg_class
SELECT (information_schema._pg_expandarray(i.indkey)).n FROM pg_index i
SELECT g.g, g.n FROM generate_series(1, 3) AS g(n)
SELECT g.generate_series FROM generate_series(1, 3) g
SELECT e.key, e.value FROM t, jsonb_each(t.data) e
SELECT e.value->>'x', e.ordinality FROM t, jsonb_array_elements(t.data) WITH ORDINALITY e
SELECT elem.value->>'name' FROM t CROSS JOIN LATERAL jsonb_array_elements(t.data->'items') elem
SELECT elem->>'name' FROM t CROSS JOIN LATERAL jsonb_array_elements(t.data->'items') AS elem
SELECT r.a, r.b FROM jsonb_to_recordset('[]') AS r(a int, b text)
SELECT x.id, x.name FROM json_populate_recordset(null::mytype, '[]') x
SELECT u.tag FROM t, unnest(t.tags) AS u(tag)
SELECT u.u, u.unnest FROM t, unnest(t.tags) u
SELECT (u.item).price FROM t, unnest(t.items) AS u(item)
SELECT item.price FROM t, unnest(t.items) item
SELECT d.d FROM (SELECT generate_series(1, 3) AS d) d
SELECT days.day FROM generate_series('2024-01-01'::date, now(), '1 day') AS days(day)
SELECT day::date FROM generate_series('2024-01-01'::date, now(), '1 day') day
SELECT m[1] FROM regexp_matches('a', 'b') AS m
SELECT x.name FROM XMLTABLE('/r' PASSING d COLUMNS name text PATH 'n') x
SELECT t.relid, t.level FROM pg_partition_tree('m') t
SELECT (SELECT t FROM t LIMIT 1).id
SELECT ((data->'a')->>'b')::int, (a.b).c FROM t
SELECT (ROW(1, 2)).f1
SELECT ('(1,2)'::complex).r
SELECT (arr[1]).x, (s).inventory_item.name FROM t
SELECT s.last_value, s.is_called FROM my_seq s
SELECT pg_class.relname, pg_namespace.nspname FROM pg_class JOIN pg_namespace ON pg_namespace.oid = pg_class.relnamespace
SELECT json_agg(data->'x' ORDER BY id), max((data->'x')::int), sum((data->>'v')::numeric) FROM t
SELECT coalesce(data->'a', data->'b'), lower(data->'a'->>'b') FROM t
SELECT a <<= b, a >>= b, a ## b, a <<| b, a |>> b, a &<| b, a ~= b, a ?# b, @-@ p FROM t
SELECT a=-1, a<-1, a>-b, a*-1, a||-1 FROM t
SELECT box '((0,0),(1,1))', cidr '10.0.0.0/8', tsquery 'a & b', jsonpath '$.a' FROM t
SELECT 1 OPERATOR(pg_catalog.+) 2
SELECT pg_current_wal_lsn(), pg_wal_lsn_diff(a, b), pg_last_wal_replay_lsn(), pg_last_xact_replay_timestamp()
SELECT spcname, pg_tablespace_location(oid) FROM pg_tablespace
SELECT relname, mxid_age(relminmxid) FROM pg_class
SELECT SUM(abs(hashtext(id::text)) % 10) FROM t
SELECT nlevel(path), subpath(path, 0, 1) FROM tree WHERE path <@ 'a.b'
SELECT ST_AsMVT(q), ST_Collect(geom), ST_MakeLine(a, b), ST_GeomFromText('POINT(1 1)', 4326), ST_Contains(a, b), ST_ClusterDBSCAN(geom, 1, 2) OVER () FROM q
SHOW shared_buffers
SHOW max_worker_processes
SHOW ssl
SELECT @ -5.0, @a, 2 + @ (b - c), a @> b FROM t ORDER BY @ a LIMIT 7 % 5
