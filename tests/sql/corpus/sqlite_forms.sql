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
SELECT -1, +2, 1e10, .5, 5., 0.1E-3, 1.0
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
SELECT * FROM t WHERE name = 'Robert''); DROP TABLE Students;--'
SELECT 'é', '日本語', '🙂', 'Ünïcode' FROM t
SELECT count(*) FROM "数据 库"
select product_id,year as first_year,quantity,price from Sales where (product_id,year) in (select product_id,min(year) from Sales group by product_id)
SELECT strftime('%Y-%m', created_at) AS month, COUNT(*) FROM orders GROUP BY month
SELECT date('now'), date('now', '-7 days'), datetime('now', 'localtime'), time('now'), julianday('now') - julianday(d), strftime('%s', 'now'), unixepoch('now'), date(d, 'start of month', '+1 month', '-1 day') FROM t
SELECT CAST(strftime('%Y', d) AS INTEGER) - 1, CAST((julianday(a) - julianday(b)) AS INTEGER) / 365 FROM t
SELECT GROUP_CONCAT(name, ', '), group_concat(DISTINCT name), total(x), count(*) FROM t
SELECT ifnull(a, 0), iif(a > 1, 'x', 'y'), nullif(a, b), coalesce(a, b), max(a, b), min(a, b, c), typeof(a), quote(a), hex(a), instr(a, 'x'), substr(a, 2), substring(a, 1, 2), printf('%.2f', a), format('%d', a), unicode(a), char(65, 66), ltrim(a), rtrim(a, 'x'), trim(a), round(a), round(a, 1), abs(a), sign(a), random(), length(a), lower(a), upper(a), replace(a, 'b', 'c'), likelihood(a, 0.5), likely(a), unlikely(a), zeroblob(4), glob('a*', a), like('a%', a) FROM t
SELECT sqrt(a), pow(a, 2), power(a, 2), exp(a), ln(a), log(a), log10(a), log2(a), log(2, a), ceil(a), ceiling(a), floor(a), trunc(a), mod(a, 2), pi(), sin(a), cos(a), radians(a), degrees(a), atan2(a, b) FROM t
SELECT json_extract(data, '$.name'), data -> '$.a', data ->> '$.b', data->>'c', json_array_length(data, '$.x'), json_type(data), json_valid(data), json_object('a', 1), json_array(1, 2), json_group_array(x), json_group_object(k, v), json_set(data, '$.a', 1), json_remove(data, '$.b'), json_patch(a, b), json_quote(x), json(data), json_insert(data, '$.z', 1), json_replace(data, '$.z', 1) FROM docs
SELECT u.name, j.value FROM users u, json_each(u.phones) j WHERE j.value LIKE '704-%'
SELECT * FROM json_tree('{"a":[1,2]}') WHERE atom IS NOT NULL
SELECT j.key, j.value, j.type, j.fullkey FROM json_each((SELECT data FROM docs LIMIT 1), '$.items') AS j
SELECT * FROM t WHERE name GLOB 'A*' AND b NOT GLOB '*z' AND c LIKE '%a%' ESCAPE '!' AND d REGEXP '^x' AND e MATCH 'foo'
SELECT * FROM docs_fts WHERE docs_fts MATCH 'sqlite AND search' ORDER BY rank LIMIT 10
SELECT highlight(docs_fts, 0, '<b>', '</b>'), snippet(docs_fts, 1, '[', ']', '...', 10), bm25(docs_fts) FROM docs_fts WHERE docs_fts MATCH 'x'
SELECT rowid, oid, _rowid_, * FROM t
SELECT [Order ID], [Ship City] FROM [Order Details] WHERE [Unit Price] > 10
SELECT `a`, "b", [c], 'd' FROM `t`
SELECT a == b, a != b, a <> b, a IS b, a IS NOT b, a || b, a IS NOT NULL, a NOTNULL, a ISNULL FROM t
SELECT * FROM t INDEXED BY idx WHERE a = 1
SELECT * FROM t NOT INDEXED WHERE a = 1
SELECT * FROM t LIMIT 5, 10
SELECT a FROM t ORDER BY a COLLATE NOCASE DESC NULLS LAST
SELECT x'53514C', 0xFF, 1e3, 'a''b'
SELECT COUNT(*) FILTER (WHERE a > 1) FROM t
SELECT a, SUM(b) FILTER (WHERE c) OVER (PARTITION BY d ORDER BY e ROWS BETWEEN 1 PRECEDING AND 1 FOLLOWING EXCLUDE TIES) FROM t
SELECT SUM(x) OVER w FROM t WINDOW w AS (ORDER BY y GROUPS 2 PRECEDING)
SELECT name, sql FROM sqlite_master WHERE type = 'table' ORDER BY name
SELECT * FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%'
SELECT name FROM sqlite_master WHERE type IN ('table','view') AND name NOT LIKE 'sqlite\_%' ESCAPE '\' UNION ALL SELECT name FROM sqlite_temp_master ORDER BY 1
SELECT * FROM pragma_table_info('orders')
SELECT * FROM pragma_table_xinfo('orders')
SELECT il.name, ii.name FROM pragma_index_list('orders') il, pragma_index_info(il.name) ii
SELECT * FROM pragma_index_xinfo('idx')
SELECT * FROM pragma_database_list
SELECT * FROM pragma_table_list
SELECT page_count * page_size AS size FROM pragma_page_count(), pragma_page_size()
SELECT * FROM pragma_compile_options
SELECT compile_options FROM pragma_compile_options()
SELECT * FROM pragma_collation_list()
PRAGMA table_info(orders)
PRAGMA table_info('orders')
PRAGMA table_info("order details")
PRAGMA table_info([order details])
PRAGMA main.table_info(orders)
PRAGMA table_xinfo(orders);
PRAGMA index_info(idx)
PRAGMA index_xinfo(idx)
PRAGMA page_size
PRAGMA freelist_count
PRAGMA schema_version
PRAGMA collation_list
PRAGMA function_list
PRAGMA table_info = orders
pragma TABLE_INFO(订单)
EXPLAIN QUERY PLAN SELECT * FROM orders WHERE id = 1
EXPLAIN SELECT 1
explain query plan with x as (select 1) select * from x
SELECT sqlite_version(), sqlite_source_id(), changes(), last_insert_rowid(), total_changes(), sqlite_compileoption_used('ENABLE_FTS5')
SELECT * FROM t WHERE a IN (SELECT value FROM json_each('[1,2,3]'))
SELECT value FROM generate_series(1, 10)
SELECT value FROM generate_series(5, 100, 5) AS gs
WITH RECURSIVE cnt(x) AS (VALUES(1) UNION ALL SELECT x+1 FROM cnt WHERE x < 1000000) SELECT x FROM cnt LIMIT 10
WITH RECURSIVE dates(d) AS (SELECT date('2024-01-01') UNION ALL SELECT date(d, '+1 day') FROM dates WHERE d < '2024-01-31') SELECT d FROM dates
WITH a AS MATERIALIZED (SELECT 1 x) SELECT * FROM a
WITH a(x) AS NOT MATERIALIZED (SELECT 1) SELECT * FROM a
SELECT * FROM a LEFT JOIN b ON a.id = b.id FULL JOIN c ON c.id = a.id RIGHT JOIN d USING (id)
SELECT * FROM a CROSS JOIN b ON a.x = b.x
SELECT * FROM a INNER JOIN b
SELECT * FROM a JOIN b
SELECT a, b, max(c) FROM t GROUP BY a
SELECT DISTINCT STRFTIME('%Y', T1.Date) FROM yearmonth AS T1 WHERE SUBSTR(T1.Date, 1, 4) = '2012' AND CAST(T1.Consumption AS REAL) > 46.73
SELECT T1.CustomerID FROM customers AS T1 INNER JOIN yearmonth AS T2 ON T1.CustomerID = T2.CustomerID WHERE T1.Segment = 'SME' AND T2.Date BETWEEN 201301 AND 201312 GROUP BY T1.CustomerID ORDER BY SUM(T2.Consumption) ASC LIMIT 1
SELECT CAST(SUM(IIF(Currency = 'EUR', 1, 0)) AS FLOAT) / SUM(IIF(Currency = 'CZK', 1, 0)) AS ratio FROM customers
SELECT CAST(COUNT(CASE WHEN T2.gender = 'F' THEN 1 ELSE NULL END) AS REAL) * 100 / COUNT(T2.client_id) FROM district AS T1 INNER JOIN client AS T2 ON T1.district_id = T2.district_id WHERE T1.A11 > 10000
SELECT DISTINCT T2.element FROM bond AS T1 INNER JOIN atom AS T2 ON T1.molecule_id = T2.molecule_id WHERE T1.bond_id = 'TR004_8_9' AND T1.bond_type = '='
SELECT `Percent (%) Eligible Free (K-12)` FROM frpm WHERE `Charter School (Y/N)` = 1
SELECT strftime('%J', `End Date`) - strftime('%J', `Start Date`) FROM x
SELECT T.name FROM (SELECT name, ROW_NUMBER() OVER (ORDER BY x DESC) AS r FROM t) AS T WHERE T.r = 1
SELECT a FROM t WHERE b = "double quoted literal"
SELECT 'x' "y", 1 'z'
SELECT count(*) FROM main.orders
SELECT * FROM temp.t, main.u
SELECT * FROM dbstat WHERE name = 'orders'
SELECT name, SUM(pgsize) FROM dbstat GROUP BY name
SELECT BillingCountry, ROUND(AVG(Total), 2) FROM Invoice GROUP BY BillingCountry HAVING COUNT(*) > 5
SELECT c.FirstName || ' ' || c.LastName AS Customer, e.FirstName AS Rep FROM Customer c JOIN Employee e ON c.SupportRepId = e.EmployeeId
SELECT p.CategoryID, CategoryName, ROUND(AVG(UnitPrice), 2) FROM Products p JOIN Categories USING (CategoryID) GROUP BY 1
SELECT CASE strftime('%w', d) WHEN '0' THEN 'Sun' WHEN '1' THEN 'Mon' ELSE '?' END FROM t
SELECT * FROM t WHERE d BETWEEN date('now', 'start of year') AND date('now', 'weekday 0', '-7 days')
SELECT substr('00' || m, -2, 2), a % 10, a / 3.0, -a, +a, NOT a, ~a FROM t
SELECT EXISTS (SELECT 1 FROM t WHERE a = 1), (SELECT COUNT(*) FROM u) AS n, CASE WHEN EXISTS (SELECT 1) THEN 1 END
SELECT * FROM t WHERE (a, b) IN (VALUES (1, 2), (3, 4))
VALUES (1), (2)
SELECT * FROM (VALUES (1, 'a'), (2, 'b'))
SELECT column1, column2 FROM (VALUES (1, 'a'))
SELECT 订单号, 金额 FROM 订单表 WHERE 日期 >= date('now', '-30 day')
SELECT "订单 号" FROM [订单 表] AS 甲 WHERE 甲.金额 > 1
SELECT a FROM t UNION ALL SELECT b FROM u ORDER BY 1 LIMIT 3
SELECT count(*), avg(length(body)), sum(length(CAST(body AS BLOB))) FROM emails
SELECT AVG(x) AS mean, AVG(x*x) - AVG(x)*AVG(x) AS variance, sqrt(AVG(x*x) - AVG(x)*AVG(x)) AS sd FROM t
SELECT x AS median FROM t ORDER BY x LIMIT 1 OFFSET (SELECT COUNT(*) FROM t) / 2
SELECT a, (SELECT COUNT(*) FROM t t2 WHERE t2.a <= t1.a) AS rank FROM t t1
SELECT tbl_name, group_concat(name) FROM sqlite_master WHERE type = 'index' GROUP BY tbl_name
SELECT seq FROM sqlite_sequence WHERE name = 'orders'
SELECT load, attach, vacuum, reindex, "table" FROM t
SELECT key, value, type, action, offset, plan, query, row, rows, temp FROM t
SELECT date, time, year, month, status, rank, first, last, text, level, count FROM t
SELECT t.'a' FROM t
SELECT "t"."a" AS "t.a" FROM "t" WHERE ("t"."b" = 1 AND "t"."c" LIKE '%x%' ESCAPE '\') ORDER BY "t"."a" ASC LIMIT 21
SELECT (1) AS "a" FROM "auth_user" WHERE "auth_user"."username" = 'admin' LIMIT 1
SELECT COUNT(*) AS "__count" FROM "polls_question"
SELECT "t1"."id", "t1"."name" FROM "person" AS "t1" WHERE ("t1"."name" IN ('a', 'b'))
SELECT julianday(max(d)) - julianday(min(d)) AS days FROM t
SELECT lag(a) OVER (ORDER BY b), row_number() OVER (), ntile(4) OVER (ORDER BY c) FROM t
SELECT strftime('%Y', d) yr, sum(case when strftime('%m', d) = '01' then x else 0 end) jan FROM t GROUP BY yr
SELECT o_year, sum(volume) FROM (SELECT strftime('%Y', o_orderdate) AS o_year, l_extendedprice * (1 - l_discount) AS volume FROM part, lineitem, orders WHERE p_partkey = l_partkey) AS all_nations GROUP BY o_year ORDER BY o_year
SELECT a FROM t1 WHERE a NOT NULL
SELECT a AS "Profit ($)", b AS "Δ", c AS 'x y' FROM t
SELECT geopoly_area(_shape) FROM poly
SELECT id, minX FROM demo_index WHERE minX >= -81.0 AND maxX <= -79.6
SELECT percentile(x, 50), median(x), stdev(x) FROM t
SELECT sha3(x), regexp('a', b), soundex(n), uuid() FROM t
SELECT timediff('a', 'b'), octet_length(x), concat('a', 'b'), concat_ws(',', 'a', 'b'), string_agg(a, ',') FROM t
SELECT unhex('41'), json_error_position('{'), jsonb('{}') FROM t
SELECT date(d, 'unixepoch'), datetime(1700000000, 'unixepoch', 'localtime'), date('2024-01-01', '+1 years') FROM t
SELECT a FROM t WHERE a COLLATE NOCASE = 'x' AND b = 'y' COLLATE BINARY AND c = 'z' COLLATE RTRIM
SELECT CAST(a AS TEXT), CAST(a AS NUMERIC), CAST(a AS INT), CAST(a AS BLOB), CAST(a AS VARCHAR(20)), CAST(a AS DATE) FROM t
SELECT * FROM t AS a NATURAL LEFT JOIN u AS b
SELECT CURRENT_DATE, CURRENT_TIME, CURRENT_TIMESTAMP
SELECT +a, - - 1, 1 - -1, 2*-3 FROM t
SELECT TRUE AND NOT FALSE
SELECT SUM(data->'$.x'), json_array_length(data->'$.items'), lower(data->>'a'), max(data->'a'->>'b') FROM t
SELECT count(*) FROM (SELECT DISTINCT a, b FROM t)
SELECT json_group_array(json_object('id', id, 'n', name)) FROM t
SELECT j.value ->> '$.a' FROM t, json_each(t.data, '$.items') AS j
SELECT t.id, je.value AS tag FROM t LEFT JOIN json_each(t.tags) je ON true
SELECT key, json_each.value, json_each.type FROM t, json_each(t.data) WHERE json_each.type = 'text'
SELECT fullkey, path, atom FROM json_tree((SELECT data FROM t), '$') WHERE type NOT IN ('object', 'array')
SELECT name, type, "notnull", dflt_value, pk FROM pragma_table_info('t')
SELECT m.tbl_name, i.* FROM sqlite_master AS m, pragma_index_list(m.tbl_name) AS i WHERE m.type = 'table'
SELECT "table", "from", "to" FROM pragma_foreign_key_list('t')
SELECT * FROM sqlite_master WHERE sql LIKE '%CREATE TABLE%' AND tbl_name = 't'
SELECT name FROM sqlite_temp_schema
SELECT name, (SELECT COUNT(*) FROM pragma_table_info(name)) AS n FROM sqlite_schema WHERE type = 'table'
SELECT * FROM pragma_page_count
SELECT page_count * page_size / 1024.0 / 1024 AS mb FROM pragma_page_count(), pragma_page_size()
PRAGMA quick_check(5)
PRAGMA foreign_key_check(t)
PRAGMA cache_size
PRAGMA synchronous
PRAGMA busy_timeout
PRAGMA auto_vacuum
PRAGMA locking_mode
PRAGMA max_page_count
PRAGMA module_list
PRAGMA pragma_list
PRAGMA data_version
PRAGMA application_id
PRAGMA main.page_count
PRAGMA temp.database_list
PRAGMA index_list('my index')
SELECT datetime(ts / 1000, 'unixepoch'), strftime('%H:%M', ts, 'unixepoch', 'localtime'), date('now', 'start of month', '-1 month'), strftime('%Y-W%W', d), CAST(strftime('%w', d) AS INT) FROM t
SELECT date(d, '-' || strftime('%d', d) || ' days', '+1 day') FROM t
SELECT substr(a, instr(a, '@') + 1), replace(a, ' ', ''), a LIKE '%x%', length(a) - length(replace(a, ',', '')) + 1 FROM t
SELECT trim(a, '"'), ltrim(a, '0'), upper(substr(a, 1, 1)) || lower(substr(a, 2)) FROM t
SELECT CAST(a AS REAL) / NULLIF(b, 0), ROUND(100.0 * a / b, 2) || '%', a * 1.0 / (SELECT SUM(a) FROM t) FROM t
SELECT a, CASE WHEN a BETWEEN 0 AND 9 THEN '0-9' WHEN a >= 10 THEN '10+' END b, COUNT(*) FROM t GROUP BY 2 ORDER BY MIN(a)
SELECT x.a, COUNT(DISTINCT x.b), AVG(x.c), GROUP_CONCAT(x.d, '|') FROM t x GROUP BY x.a HAVING COUNT(*) > 1
SELECT group_concat(a, ', ') FROM (SELECT a FROM t ORDER BY a)
SELECT ROW_NUMBER() OVER (PARTITION BY a ORDER BY b DESC, c) AS rn, SUM(d) OVER (PARTITION BY a) AS s, RANK() OVER w FROM t WINDOW w AS (ORDER BY d)
SELECT a, b - LAG(b, 1, 0) OVER (ORDER BY a) FROM t
SELECT * FROM t WHERE rowid IN (SELECT max(rowid) FROM t GROUP BY a)
SELECT * FROM t WHERE a IS NOT DISTINCT FROM b AND c IS NOT TRUE
SELECT * FROM t WHERE a NOT LIKE 'x%' AND b NOT BETWEEN 1 AND 2 AND c NOT IN (1) AND NOT d
SELECT * FROM t WHERE (a, b) = (SELECT 1, 2) OR (a, b) < (3, 4)
SELECT * FROM a LEFT OUTER JOIN b USING (id) NATURAL JOIN c
SELECT * FROM (a JOIN b USING (id)) JOIN c ON c.id = a.id
SELECT a FROM t UNION SELECT b FROM u EXCEPT SELECT c FROM v INTERSECT SELECT d FROM w
WITH RECURSIVE org(name, level) AS (VALUES ('Alice', 0) UNION ALL SELECT e.name, o.level + 1 FROM emp e JOIN org o ON e.boss = o.name ORDER BY 2 DESC) SELECT substr('..........', 1, level * 3) || name FROM org
WITH RECURSIVE m(i, s) AS (SELECT 0, '' UNION ALL SELECT i + 1, s || i FROM m WHERE i < 5), n AS (SELECT max(i) FROM m) SELECT * FROM m, n
WITH RECURSIVE split(word, rest) AS (SELECT '', a || ',' FROM t UNION ALL SELECT substr(rest, 0, instr(rest, ',')), substr(rest, instr(rest, ',') + 1) FROM split WHERE rest <> '') SELECT word FROM split WHERE word <> ''
SELECT [a b], [c], "d e", `f` FROM [t x] AS [y]
SELECT t.[a], main.t.b, "main"."t"."c" FROM main.t
SELECT a b, c AS 'd e', f "g h" FROM t
SELECT 'a' = "a", x'ff' = X'FF', 1.5e-3, 0x10, 1 == 1, 5 <> 4, NULL IS NULL, 1 << 3 | 4 & ~2
SELECT typeof(a), a + 0, a || '', +a, -(-a), a IS 1, a ISNULL, b NOTNULL FROM t
SELECT COUNT(*) AS "count", date AS "date", "order" FROM t GROUP BY "date", "order"
SELECT end_date, begin, plan, "index", "transaction", replace(a, 'b', 'c'), "values" FROM t
SELECT key, value, year, month, day, hour, name, type, status, level, rank, text, data, count FROM t
SELECT abs(random() % 100), hex(randomblob(8)), lower(hex(randomblob(16)))
SELECT * FROM t ORDER BY random() LIMIT 5
SELECT * FROM t ORDER BY a IS NULL, a, b COLLATE NOCASE ASC, 3 DESC LIMIT 10 OFFSET 5
SELECT * FROM t LIMIT -1 OFFSET 5
SELECT * FROM t LIMIT (SELECT 5)
SELECT total(x), sum(x), avg(x), min(x), max(x), count(x), count(DISTINCT x) FROM t
SELECT nullif(a, ''), ifnull(b, 'x'), coalesce(c, d, e), iif(a > 1, 'y', 'n'), CASE a WHEN 1 THEN 'x' END FROM t
SELECT sqlite_version()
SELECT * FROM json_each('{"a":1}')
SELECT t.*, u.name AS uname FROM t, u WHERE t.uid = u.id AND u.name MATCH 'x'
SELECT * FROM fts WHERE fts MATCH 'a NEAR(b c, 5)' ORDER BY bm25(fts, 10.0, 5.0)
SELECT snippet(fts, -1, '<b>', '</b>', '…', 15), rank FROM fts WHERE fts = 'x'
SELECT max(a) FILTER (WHERE b > 0), count(*) FILTER (WHERE c) OVER (PARTITION BY d) FROM t
SELECT EXISTS(SELECT 1 FROM t WHERE a = 1) AS e, NOT EXISTS (SELECT 1 FROM u)
SELECT a, sum(b) AS total FROM t GROUP BY a ORDER BY total DESC LIMIT 1
select distinct a,b from t where a in('x','y')and b>1 order by 1,2
SELECT a AS 名称, sum(b) AS "总 计" FROM 表 GROUP BY a
SELECT last_insert_rowid(), changes(), total_changes()
SELECT unixepoch('now') - unixepoch(ts), julianday('now'), strftime('%f', 'now'), time('12:00', '+30 minutes') FROM t
SELECT json_extract(d, '$.a[0].b', '$.c'), json_extract(d, '$."k e"'), d ->> 0, d -> '$[#-1]' FROM t
SELECT t1.a FROM t AS t1 INDEXED BY i WHERE t1.b = 1
SELECT CURRENT_TIMESTAMP AS now, 'today' AS d
SELECT avg(a) FROM (SELECT a FROM t ORDER BY a LIMIT 2 - (SELECT count(*) FROM t) % 2 OFFSET (SELECT (count(*) - 1) / 2 FROM t))
