## Read for their form; their tables exist nowhere
select * from customers
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
WITH t AS (SELECT 1 AS n) SELECT * FROM t
WITH RECURSIVE seq(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM seq WHERE n < 10) SELECT n FROM seq
WITH RECURSIVE subordinates AS (SELECT employee_id, manager_id, full_name, 0 AS lvl FROM employees WHERE manager_id IS NULL UNION ALL SELECT e.employee_id, e.manager_id, e.full_name, s.lvl + 1 FROM employees e INNER JOIN subordinates s ON s.employee_id = e.manager_id) SELECT * FROM subordinates ORDER BY lvl, full_name
SELECT id, ROW_NUMBER() OVER (PARTITION BY dept ORDER BY salary DESC) rn FROM emp
SELECT * FROM (SELECT e.*, RANK() OVER (PARTITION BY dept_id ORDER BY salary DESC) AS rnk FROM emp e) x WHERE rnk <= 3
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
SELECT last_update, is_deleted, created_at, drop_count, insert_ts FROM update_log
/* Metabase:: userID: 1 queryType: native queryHash: abc */ SELECT 1
SELECT /* inline */ a -- trailing
SELECT 销售额, 客户名称 FROM 订单 WHERE 城市 = '北京' ORDER BY 销售额 DESC LIMIT 10
SELECT 地区 AS 区域, SUM(金额) AS 总金额 FROM 销售表 GROUP BY 地区 HAVING SUM(金额) > 10000
SELECT e1.name FROM employee e1, employee e2 WHERE e1.manager_id = e2.id AND e1.salary > e2.salary
SELECT MAX(salary) AS SecondHighestSalary FROM Employee WHERE salary < (SELECT MAX(salary) FROM Employee)
SELECT DISTINCT l1.num AS ConsecutiveNums FROM Logs l1, Logs l2, Logs l3 WHERE l1.id = l2.id - 1 AND l2.id = l3.id - 1 AND l1.num = l2.num AND l2.num = l3.num
SELECT s.score, (SELECT COUNT(DISTINCT s2.score) FROM Scores s2 WHERE s2.score >= s.score) AS "rank" FROM Scores s ORDER BY s.score DESC
SELECT * FROM (VALUES (1, 'a'), (2, 'b')) AS v
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
SELECT * FROM t WHERE name = 'Robert''); DROP TABLE Students;--'
SELECT 'é', '日本語', '🙂', 'Ünïcode' FROM t
select product_id,year as first_year,quantity,price from Sales where (product_id,year) in (select product_id,min(year) from Sales group by product_id)
SELECT DATE_FORMAT(created_at, '%Y-%m') AS month, COUNT(*) FROM orders GROUP BY DATE_FORMAT(created_at, '%Y-%m')
SELECT `orders`.`id` AS `id`, COUNT(*) AS `count` FROM `orders` WHERE `orders`.`created_at` >= TIMESTAMP '2023-01-01 00:00:00' GROUP BY `orders`.`id` LIMIT 1048575
SELECT STR_TO_DATE(CONCAT(DATE_FORMAT(`orders`.`created_at`, '%Y-%m'), '-01'), '%Y-%m-%d') AS `created_at`, SUM(`orders`.`total`) AS `sum` FROM `orders` GROUP BY STR_TO_DATE(CONCAT(DATE_FORMAT(`orders`.`created_at`, '%Y-%m'), '-01'), '%Y-%m-%d') ORDER BY 1 ASC
SELECT UNIX_TIMESTAMP(ts) DIV 300 * 300 AS time_sec, AVG(v) AS value, host AS metric FROM metrics WHERE ts BETWEEN FROM_UNIXTIME(1700000000) AND FROM_UNIXTIME(1700003600) GROUP BY 1, 3 ORDER BY 1
SELECT YEAR(d), MONTH(d), DAY(d), QUARTER(d), WEEK(d), WEEKDAY(d), DAYNAME(d), MONTHNAME(d), DAYOFWEEK(d), DAYOFYEAR(d), LAST_DAY(d), HOUR(t), MINUTE(t), SECOND(t), YEARWEEK(d), WEEKOFYEAR(d), TO_DAYS(d), FROM_DAYS(1), MAKEDATE(2024, 5), DATEDIFF(a, b), TIMEDIFF(a, b), TIMESTAMPDIFF(MONTH, a, b), TIMESTAMPADD(DAY, 1, a), PERIOD_DIFF(1, 2), SEC_TO_TIME(100), TIME_TO_SEC(t) FROM x
SELECT DATE_SUB(NOW(), INTERVAL 7 DAY), DATE_ADD(CURDATE(), INTERVAL 1 MONTH), NOW() - INTERVAL 1 HOUR, ADDDATE(d, 7), SUBDATE(d, INTERVAL 1 YEAR), ADDTIME(t, '01:00:00'), CURTIME(), SYSDATE(), UTC_TIMESTAMP(), LOCALTIME(), EXTRACT(YEAR_MONTH FROM d), CONVERT_TZ(d, '+00:00', '+08:00') FROM t
SELECT GROUP_CONCAT(DISTINCT name ORDER BY name DESC SEPARATOR '; ') FROM t GROUP BY k
SELECT IF(a > b, 'x', 'y'), IFNULL(a, 0), NULLIF(a, b), ISNULL(a), COALESCE(a, b), GREATEST(a, b), LEAST(a, b), ELT(1, 'a', 'b'), FIELD('a', 'b', 'a'), FIND_IN_SET('a', 'b,a'), INTERVAL(23, 1, 15, 17) FROM t
SELECT CONCAT(a, b), CONCAT_WS('-', a, b), SUBSTRING(a, 1, 3), SUBSTRING(a FROM 2 FOR 3), SUBSTRING_INDEX(a, '.', 1), LEFT(a, 1), RIGHT(a, 2), MID(a, 1, 2), LOCATE('x', a), INSTR(a, 'x'), POSITION('x' IN a), LPAD(a, 5, '0'), RPAD(a, 5, ' '), REPEAT('x', 3), REVERSE(a), CHAR_LENGTH(a), LENGTH(a), UPPER(a), LCASE(a), UCASE(a), TRIM(LEADING 'x' FROM a), ASCII(a), ORD(a), HEX(a), UNHEX('4D'), BIN(12), OCT(12), CHAR(77, 78), FORMAT(1234.5, 2), INSERT('abc', 1, 2, 'x'), STRCMP(a, b), SOUNDEX(a), SPACE(3), QUOTE(a), MD5(a), SHA1(a), SHA2(a, 256), CRC32(a), TO_BASE64(a), FROM_BASE64(a) FROM t
SELECT ROUND(x, 2), TRUNCATE(x, 1), CEIL(x), CEILING(x), FLOOR(x), MOD(x, 2), x MOD 2, x DIV 2, POW(x, 2), POWER(x, 2), SQRT(x), EXP(x), LN(x), LOG(x), LOG2(x), LOG10(x), PI(), RAND(), SIGN(x), ABS(x), COS(x), RADIANS(x), CONV('a', 16, 2), BIT_COUNT(x), STD(x), STDDEV(x), VARIANCE(x), BIT_AND(x), BIT_OR(x) FROM t
SELECT CAST(a AS SIGNED), CAST(a AS UNSIGNED), CAST(a AS CHAR(10)), CAST(a AS DECIMAL(10,2)), CONVERT(a, SIGNED), CONVERT(a USING utf8mb4), CAST(a AS DATE), CAST(a AS DATETIME), BINARY a, CAST(a AS DOUBLE) FROM t
SELECT JSON_EXTRACT(data, '$.name'), JSON_UNQUOTE(JSON_EXTRACT(data, '$.a')), JSON_VALUE(data, '$.x'), JSON_CONTAINS(data, '1', '$.a'), JSON_KEYS(data), JSON_LENGTH(data), JSON_ARRAYAGG(x), JSON_OBJECTAGG(k, v), JSON_OBJECT('a', 1), JSON_ARRAY(1, 2), JSON_SEARCH(data, 'one', 'x'), JSON_TYPE(data), JSON_VALID(data), JSON_SET(data, '$.a', 1), JSON_QUERY(data, '$.a'), JSON_DETAILED(data), JSON_COMPACT(data), JSON_EXISTS(data, '$.a'), JSON_MERGE_PATCH(a, b), JSON_QUOTE('x') FROM docs
SELECT jt.* FROM docs, JSON_TABLE(docs.data, '$.items[*]' COLUMNS (rowid FOR ORDINALITY, sku VARCHAR(20) PATH '$.sku', price DECIMAL(10,2) PATH '$.price')) AS jt
SELECT jt.* FROM JSON_TABLE('[{"a":1}]', '$[*]' COLUMNS (a INT PATH '$.a' DEFAULT '0' ON EMPTY DEFAULT '0' ON ERROR)) AS jt
SELECT * FROM JSON_TABLE('[]', '$[*]' COLUMNS (a INT PATH '$.a' NULL ON EMPTY, NESTED PATH '$.b[*]' COLUMNS (c INT PATH '$.c'), d INT EXISTS PATH '$.d')) jt
SELECT * FROM t WHERE name REGEXP '^a' AND b RLIKE 'x' AND c NOT REGEXP 'y' AND name LIKE BINARY 'A%' AND a <=> NULL AND a XOR b AND !c AND a && b || c
SELECT REGEXP_REPLACE(a, 'x', 'y'), REGEXP_SUBSTR(a, 'x'), REGEXP_INSTR(a, 'x') FROM t
SELECT * FROM articles WHERE MATCH(title, body) AGAINST('database' IN NATURAL LANGUAGE MODE)
SELECT id, MATCH (title) AGAINST ('+a -b' IN BOOLEAN MODE) AS score FROM articles ORDER BY score DESC
SELECT MATCH (title) AGAINST ('x' WITH QUERY EXPANSION) FROM articles
SELECT region, SUM(x) FROM sales GROUP BY region WITH ROLLUP
SELECT SQL_CALC_FOUND_ROWS * FROM t LIMIT 10
SELECT SQL_NO_CACHE * FROM t
SELECT STRAIGHT_JOIN a.* FROM a JOIN b ON a.id = b.id
SELECT DISTINCTROW a FROM t
SELECT HIGH_PRIORITY SQL_BIG_RESULT a, COUNT(*) FROM t GROUP BY a
SELECT * FROM t USE INDEX (idx_a) WHERE a = 1
SELECT * FROM t FORCE INDEX FOR ORDER BY (idx_a) IGNORE INDEX (idx_b) ORDER BY a
SELECT * FROM a STRAIGHT_JOIN b ON a.id = b.id
SELECT * FROM t PARTITION (p0, p1)
SELECT * FROM t LIMIT 5, 10
SELECT FOUND_ROWS(), ROW_COUNT(), LAST_INSERT_ID(), CONNECTION_ID(), DATABASE(), SCHEMA(), USER(), CURRENT_USER(), VERSION(), @@version, @@sql_mode, @@global.max_connections, @@session.time_zone, CHARSET('a'), COLLATION('a'), COERCIBILITY('a')
SELECT "double quoted string", 'single', `back`, _utf8mb4'x', N'nat', x'4D', 0x4D, b'01' FROM t
SELECT 'it\'s', 'a\\b', "say \"hi\"", 'tab\t'
SELECT 1 # hash comment
SELECT 1 -- dash comment
SELECT a AS 'alias one', b 'alias two', c "three" FROM t
SELECT t.a `a b`, t.`select` FROM `my db`.`my table` t
SELECT `客户`.`姓名`, SUM(`订单`.`金额`) AS `总额` FROM `客户` JOIN `订单` ON `客户`.`编号`=`订单`.`客户编号` GROUP BY `客户`.`姓名`
SELECT TABLE_NAME, TABLE_ROWS, ROUND((DATA_LENGTH + INDEX_LENGTH) / 1024 / 1024, 2) AS size_mb FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() ORDER BY size_mb DESC
SELECT COLUMN_NAME, DATA_TYPE, COLUMN_TYPE, COLUMN_KEY, EXTRA FROM INFORMATION_SCHEMA.COLUMNS WHERE TABLE_NAME = 'orders'
SELECT * FROM information_schema.KEY_COLUMN_USAGE WHERE REFERENCED_TABLE_NAME IS NOT NULL
SELECT INDEX_NAME, SEQ_IN_INDEX, CARDINALITY FROM information_schema.STATISTICS WHERE TABLE_NAME = 't'
SELECT ENGINE, COUNT(*) FROM information_schema.TABLES GROUP BY ENGINE
SELECT table_schema AS 'Database', SUM(data_length + index_length) / 1024 / 1024 AS 'Size (MB)' FROM information_schema.TABLES GROUP BY table_schema
SELECT * FROM information_schema.VIEWS
SELECT * FROM information_schema.ROUTINES WHERE ROUTINE_SCHEMA = 'x'
SELECT * FROM information_schema.TRIGGERS
SELECT * FROM information_schema.REFERENTIAL_CONSTRAINTS
SELECT * FROM information_schema.PARTITIONS WHERE TABLE_NAME = 't'
SELECT SCHEMA_NAME FROM information_schema.SCHEMATA
SELECT * FROM information_schema.CHECK_CONSTRAINTS
SELECT ID, USER, HOST, DB, COMMAND, TIME, STATE FROM information_schema.PROCESSLIST
SHOW FULL TABLES FROM sakila WHERE Table_type = 'VIEW'
SHOW TABLES LIKE 'ord%'
SHOW SCHEMAS LIKE 'a%'
SHOW COLUMNS FROM orders
SHOW FULL COLUMNS FROM `orders` FROM `shop` LIKE 'a%'
SHOW FIELDS IN orders
SHOW INDEX FROM orders
SHOW INDEXES FROM orders IN shop
SHOW KEYS FROM orders WHERE Key_name = 'PRIMARY'
SHOW CREATE TABLE orders
SHOW CREATE VIEW v
SHOW CREATE DATABASE shop
SHOW TABLE STATUS LIKE 'orders'
SHOW TABLE STATUS FROM shop
SHOW VARIABLES LIKE 'max_%'
SHOW GLOBAL VARIABLES
SHOW SESSION VARIABLES WHERE Variable_name = 'sql_mode'
SHOW STATUS
SHOW GLOBAL STATUS LIKE 'Threads%'
SHOW COLLATION LIKE 'utf8%'
SHOW ERRORS LIMIT 5
SHOW COUNT(*) WARNINGS
SHOW PROCEDURE STATUS WHERE Db = 'x'
SHOW FUNCTION STATUS
SHOW OPEN TABLES
SHOW PLUGINS
SHOW EVENTS
SHOW PRIVILEGES
SHOW FULL PROCESSLIST
SHOW CREATE PROCEDURE p
SHOW CREATE TRIGGER tr
DESCRIBE orders
DESC orders amount
DESC `shop`.`orders`
EXPLAIN orders
EXPLAIN SELECT * FROM orders
EXPLAIN EXTENDED SELECT * FROM orders
EXPLAIN FORMAT=JSON SELECT * FROM orders
EXPLAIN PARTITIONS SELECT * FROM t
ANALYZE SELECT * FROM orders
ANALYZE FORMAT=JSON SELECT * FROM orders WHERE id > 5
DESCRIBE SELECT * FROM orders
SELECT user_id, MAX(ts) FROM logins GROUP BY user_id ORDER BY NULL
SELECT d.name, e.* FROM departments d LEFT OUTER JOIN employees e ON d.id = e.dept_id AND e.active <=> 1
SELECT * FROM (SELECT a, b FROM t ORDER BY b DESC LIMIT 100) x GROUP BY a
SELECT a, ANY_VALUE(b) FROM t GROUP BY a
SELECT COUNT(DISTINCT a, b) FROM t
SELECT COUNT(*) > 5 AS many, SUM(a = 'x') AS xs, AVG(status = 'completed') rate FROM t
SELECT ROUND(SUM(IF(order_date = customer_pref_delivery_date, 1, 0)) * 100 / COUNT(*), 2) AS immediate_percentage FROM Delivery WHERE (customer_id, order_date) IN (SELECT customer_id, MIN(order_date) FROM Delivery GROUP BY customer_id)
SELECT t.Day, ROUND(SUM(t.Status != 'completed') / COUNT(*), 2) AS `Cancellation Rate` FROM Trips t WHERE t.request_at BETWEEN "2013-10-01" AND "2013-10-03" GROUP BY 1
SELECT w1.id FROM Weather w1, Weather w2 WHERE DATEDIFF(w1.recordDate, w2.recordDate) = 1 AND w1.temperature > w2.temperature
SELECT IFNULL((SELECT DISTINCT salary FROM Employee ORDER BY salary DESC LIMIT 1 OFFSET 1), NULL) AS SecondHighestSalary
SELECT sell_date, COUNT(DISTINCT product) num_sold, GROUP_CONCAT(DISTINCT product ORDER BY product) products FROM Activities GROUP BY sell_date ORDER BY sell_date
SELECT user_id, CONCAT(UPPER(SUBSTR(name, 1, 1)), LOWER(SUBSTR(name, 2))) AS name FROM Users ORDER BY user_id
SELECT * FROM Users WHERE mail REGEXP '^[a-zA-Z][a-zA-Z0-9_.-]*@leetcode\\.com$'
SELECT id, CASE WHEN p_id IS NULL THEN 'Root' WHEN id IN (SELECT p_id FROM Tree) THEN 'Inner' ELSE 'Leaf' END AS type FROM Tree
SELECT CONCAT(customer.last_name, ', ', customer.first_name) AS customer, address.phone, film.title FROM rental INNER JOIN customer ON rental.customer_id = customer.customer_id INNER JOIN address ON customer.address_id = address.address_id INNER JOIN inventory ON rental.inventory_id = inventory.inventory_id INNER JOIN film ON inventory.film_id = film.film_id WHERE rental.return_date IS NULL AND rental_date + INTERVAL film.rental_duration DAY < CURRENT_DATE() LIMIT 5
SELECT PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY x) OVER (PARTITION BY g) FROM t
SELECT MEDIAN(x) OVER (PARTITION BY g) FROM t
SELECT seq FROM seq_1_to_100
SELECT DATE('2024-01-01') + INTERVAL seq DAY AS d FROM seq_0_to_30
WITH RECURSIVE dates AS (SELECT '2024-01-01' AS d UNION ALL SELECT DATE_ADD(d, INTERVAL 1 DAY) FROM dates WHERE d < '2024-01-31') SELECT d, COUNT(o.id) FROM dates LEFT JOIN orders o ON DATE(o.created_at) = d GROUP BY d
SELECT ST_Distance_Sphere(POINT(1, 2), POINT(3, 4)), ST_AsText(g), ST_X(p), ST_Within(a, b), ST_GeomFromText('POINT(1 1)'), ST_Contains(a, b) FROM geo
SELECT COLUMN_GET(dyn, 'a' AS CHAR), COLUMN_JSON(dyn), COLUMN_LIST(dyn) FROM t
SELECT TIMESTAMP(d, t), TIME(d), DATE(d), TIME_FORMAT(t, '%H:%i'), GET_FORMAT(DATE, 'USA'), MAKETIME(1, 2, 3), MICROSECOND(t), TO_SECONDS(d), UTC_DATE(), UTC_TIME() FROM x
SELECT LOWER(HEX(AES_ENCRYPT('a', 'b'))), COMPRESS(a), UNCOMPRESS(a), LENGTHB(a), NATURAL_SORT_KEY(a), SFORMAT('{}', 1) FROM t
SELECT `auth_user`.`id` FROM `auth_user` WHERE `auth_user`.`username` LIKE BINARY '%x%' ORDER BY `auth_user`.`id` ASC LIMIT 21
SELECT DATE(CONVERT_TZ(`t`.`ts`, 'UTC', 'Europe/Berlin')) FROM `t`
SELECT TABLE_NAME FROM INFORMATION_SCHEMA.TABLES WHERE TABLE_TYPE = 'BASE TABLE' AND TABLE_SCHEMA NOT IN ('mysql', 'sys', 'performance_schema')
select extract(year from o_orderdate) as o_year, sum(case when nation = 'BRAZIL' then volume else 0 end) / sum(volume) as mkt_share from all_nations group by o_year
select l_orderkey, sum(l_extendedprice * (1 - l_discount)) as revenue from lineitem where l_shipdate > date '1995-03-15' and l_shipdate < date '1995-03-15' + interval '3' month group by l_orderkey
SELECT NOW(6), CURRENT_TIMESTAMP(3), SYSDATE(6), LOCALTIMESTAMP
SELECT * FROM t FOR SYSTEM_TIME AS OF TIMESTAMP '2024-01-01 00:00:00'
SELECT * FROM t FOR SYSTEM_TIME ALL
SELECT NVL(a, 0), NVL2(a, 1, 2), DECODE_ORACLE(a, 1, 'x', 'y'), TO_CHAR(d, 'YYYY-MM-DD'), ADD_MONTHS(d, 2), CHR(65) FROM t
SELECT a FROM t WHERE MBRContains(x, y)
SELECT EXTRACTVALUE('<a><b>x</b></a>', '/a/b')
SELECT a FROM t LIMIT 10 ROWS EXAMINED 1000
SELECT a FROM t ORDER BY a OFFSET 5 ROWS FETCH NEXT 10 ROWS ONLY
SELECT a FROM t FETCH FIRST 3 ROWS WITH TIES
SELECT * FROM ((SELECT 1 AS a) UNION ALL (SELECT 2)) q
SELECT @@hostname, @@port, @@innodb_buffer_pool_size / 1024 / 1024
SELECT BIT_XOR(x), STDDEV_SAMP(x), VAR_POP(x), VAR_SAMP(x), STDDEV_POP(x) FROM t
SELECT MAX(IF(subject = 'math', score, NULL)) AS math, MAX(CASE subject WHEN 'art' THEN score END) AS art FROM scores GROUP BY student
SELECT d, v, SUM(v) OVER (ORDER BY d) AS running, LAG(v) OVER (ORDER BY d) FROM (SELECT DATE(ts) d, SUM(v) v FROM t GROUP BY 1) q
SELECT a.`id`, a.`名称` AS 名称 FROM `数据库`.`表` AS a WHERE a.`状态` = '已完成'
SELECT TRUE IS NOT UNKNOWN, a IS TRUE, a IS NOT FALSE, a NOT BETWEEN 1 AND 2, a NOT IN (1) FROM t
SELECT t.id AS `t.id` FROM t WHERE t.d >= CAST('2024-01-01' AS DATE) AND t.d < '2024-02-01' + INTERVAL 1 DAY
SELECT t.TABLE_SCHEMA, t.TABLE_NAME, s.INDEX_NAME, GROUP_CONCAT(s.COLUMN_NAME ORDER BY s.SEQ_IN_INDEX) cols FROM information_schema.TABLES t JOIN information_schema.STATISTICS s USING (TABLE_SCHEMA, TABLE_NAME) GROUP BY 1, 2, 3
SELECT * FROM information_schema.INNODB_TRX
SELECT * FROM information_schema.INNODB_SYS_TABLESPACES
SELECT * FROM information_schema.GLOBAL_STATUS
SELECT * FROM information_schema.FILES
SELECT VARIABLE_VALUE FROM performance_schema.global_status WHERE VARIABLE_NAME = 'Uptime'
SELECT CONSTRAINT_NAME, TABLE_NAME, COLUMN_NAME, REFERENCED_TABLE_NAME FROM information_schema.KEY_COLUMN_USAGE WHERE TABLE_SCHEMA = DATABASE() AND REFERENCED_TABLE_NAME IS NOT NULL
SELECT * FROM information_schema.COLUMN_PRIVILEGES
SELECT GRANTEE, PRIVILEGE_TYPE FROM information_schema.USER_PRIVILEGES
SELECT * FROM information_schema.CHARACTER_SETS
SELECT * FROM information_schema.ENGINES WHERE SUPPORT = 'DEFAULT'
SELECT * FROM information_schema.EVENTS
SELECT * FROM information_schema.PARAMETERS
SELECT DEFAULT_CHARACTER_SET_NAME FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = 'x'
SHOW TABLES IN `my db`
SHOW INDEX IN `t` IN `db`
SHOW FULL FIELDS FROM t
SHOW CREATE FUNCTION f
SHOW TABLE STATUS WHERE Name = 't'
SHOW VARIABLES WHERE Variable_name IN ('a', 'b')
SHOW SESSION STATUS LIKE 'Handler%'
SHOW STORAGE ENGINES
SHOW CHARSET
SHOW WARNINGS LIMIT 10
show create table `a`.`b`;
EXPLAIN SELECT STRAIGHT_JOIN * FROM a JOIN b
EXPLAIN FORMAT = TRADITIONAL SELECT 1
SELECT DATE(d) AS day, HOUR(d) h, COUNT(*) c FROM t GROUP BY day, h WITH ROLLUP HAVING c > 1
SELECT IF(GROUPING(a), 'all', a) FROM t GROUP BY a WITH ROLLUP
SELECT * FROM t WHERE d > DATE '2024-01-01' AND ts < TIMESTAMP '2024-01-01 00:00:00' AND tm = TIME '10:00'
SELECT * FROM t WHERE d >= CURDATE() - INTERVAL WEEKDAY(CURDATE()) DAY AND d < NOW() + INTERVAL '1:30' HOUR_MINUTE
SELECT a MOD b, a DIV b, a ^ b, ~a, a << 2, !a, NOT a, a RLIKE 'x', a SOUNDS LIKE b, -a, a IS TRUE FROM t
SELECT `a`.`b` `c`, `d`e FROM `f` `a`
SELECT 1 FROM DUAL WHERE 1 = 1
SELECT * FROM (SELECT 1 AS a UNION SELECT 2) x LIMIT 1 OFFSET 1
SELECT * FROM t1 LEFT JOIN (t2, t3) ON t2.a = t1.a AND t3.b = t1.b
SELECT * FROM t1 JOIN t2 ON t1.a = t2.a JOIN t3 ON t2.b = t3.b WHERE t1.c IN (1, 2) AND t2.d IS NULL ORDER BY FIELD(t1.s, 'a', 'b'), RAND() LIMIT 100
SELECT NATURAL_SORT_KEY(a), JSON_VALUE(d, '$.x'), JSON_QUERY(d, '$.y'), JSON_OVERLAPS(a, b), JSON_NORMALIZE(a) FROM t
SELECT DATE_FORMAT(FROM_UNIXTIME(ts), '%Y-%m-%d %H:00:00') h, SUM(v) FROM m WHERE ts BETWEEN UNIX_TIMESTAMP('2024-01-01') AND UNIX_TIMESTAMP() GROUP BY h
SELECT PERIOD_ADD(202401, 2), MAKEDATE(2024, 60), STR_TO_DATE('01,5,2013', '%d,%m,%Y'), TIMESTAMPDIFF(YEAR, dob, CURDATE()), WEEK(d, 3), YEARWEEK(d, 1), DATE_FORMAT(d, '%x-W%v') FROM t
SELECT COUNT(IF(a = 1, 1, NULL)), COUNT(a OR NULL), SUM(a IS NULL), BIT_OR(1 << b) FROM t
SELECT user, host, password, status, type, date, time, timestamp, year, month, value, rank, comment, text, begin, end, action FROM t
SELECT `rank`, `order`, `key`, `group`, `desc`, `interval` FROM t
SELECT MAX(CASE WHEN k = 'a' THEN v END) AS 'A col', MIN(v) "B col" FROM t GROUP BY id
SELECT @@session.sql_mode, @@global.time_zone, @@character_set_server, @@tx_isolation, @@lower_case_table_names
SELECT LAG(v, 1) OVER w AS p, v - LAG(v) OVER w AS d FROM t WINDOW w AS (PARTITION BY k ORDER BY d)
WITH RECURSIVE c AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM c WHERE n < 10) SELECT * FROM c
WITH a AS (SELECT * FROM t), b AS (SELECT * FROM a) SELECT * FROM b, a
SELECT * FROM t WHERE MATCH (a, b) AGAINST ('x y' IN BOOLEAN MODE) > 0.5
SELECT CONCAT('$', FORMAT(SUM(x), 2)), CONCAT(ROUND(100 * a / b, 1), '%') FROM t
SELECT 'O''Reilly', "it's", 'a"b', 'c:\\dir', '100\%' FROM t
SELECT * FROM t WHERE name LIKE '%50\%%' OR name LIKE '%a!_b%' ESCAPE '!'
SELECT X'4D7953514C', 0b101, b'1', N'x', _latin1'x' COLLATE latin1_bin, 1e3, .5
SELECT t.*, (SELECT COUNT(*) FROM u WHERE u.tid = t.id) AS n FROM t HAVING n > 5 ORDER BY n DESC
SELECT a FROM t WHERE EXISTS (SELECT * FROM u WHERE u.a = t.a) AND a = ANY (SELECT b FROM v) AND a > ALL (SELECT 1)
SELECT a FROM t WHERE ROW(a, b) = ROW(1, 2) OR (a, b) IN ((1, 2), (3, 4))
SELECT ALL a FROM t
SELECT CURRENT_USER, CURRENT_ROLE(), SESSION_USER(), SYSTEM_USER()
SELECT a.* FROM t a IGNORE INDEX FOR JOIN (i) JOIN u FORCE INDEX (PRIMARY) ON 1 = 1
SELECT st_area(g), ST_GeometryType(g), ST_Distance(a, POINT(0, 0)), ST_PolygonFromText('POLYGON((0 0,1 0,1 1,0 0))') FROM geo
SELECT JSON_ARRAYAGG(JSON_OBJECT('id', id, 'n', name)) FROM t
SELECT a FROM t ORDER BY a COLLATE utf8mb4_unicode_ci DESC LIMIT 0, 20
SELECT COALESCE(NULLIF(TRIM(a), ''), 'n/a'), TRIM(BOTH '"' FROM b), REPLACE(REPLACE(c, '\n', ''), '\t', '') FROM t
SELECT * FROM t1 UNION ALL SELECT * FROM t2 ORDER BY a LIMIT 10
SELECT INTERVAL(5, 1, 10), DATE_ADD('2024-01-01', INTERVAL -1 MONTH), ADDDATE('2024-01-01', 31), '2024-01-01' + INTERVAL 1 DAY, INTERVAL 1 DAY + '2024-01-01'
select `a`,count(*)as`n`from`t`group by`a`having`n`>1
SELECT GROUP_CONCAT(a, ':', b ORDER BY c DESC SEPARATOR '|' LIMIT 3) FROM t GROUP BY d
WITH v (n, w) AS (VALUES (1, 'a'), (2, 'b')) SELECT n, w FROM v
