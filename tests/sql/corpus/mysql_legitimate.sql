## plain
SELECT 1
SELECT 1;
SELECT 1 ; ;
SELECT 1 FROM DUAL
SELECT * FROM users
SELECT u.* FROM users AS u
SELECT `u`.`name` AS `the name` FROM `users` `u`
SELECT id '编号', name "姓名" FROM users
SELECT 编号, 客户, SUM(金额) AS 总额 FROM 订单 WHERE 客户 = '张三' GROUP BY 编号, 客户 ORDER BY 总额 DESC LIMIT 10
SELECT DISTINCT country FROM users ORDER BY country
SELECT DISTINCTROW country FROM users
SELECT ALL id FROM users
SELECT l.message FROM logs l WHERE l.message LIKE '%DELETE FROM users%' OR l.message LIKE "%GRANT %"
SELECT 'GRANT ALL ON *.* TO bob' AS text, "DROP TABLE users; -- " AS other
SELECT 'it''s', 'it\'s', "say ""hi""", 'back\\slash', 'tab\t', N'x', _utf8mb4'é', X'4D', 0x4D, b'01', 0b01
SELECT 'a' 'b'
SELECT id FROM users # comment DROP TABLE users
SELECT id FROM users -- comment; DELETE FROM users
SELECT id /* inner ; comment */ FROM users
SELECT id FROM users WHERE id = 5 AND name <> 'x' AND name != 'y' AND age <=> NULL
SELECT 1 + 1, 5 - 3, 2 * 3, 7 / 2, 7 DIV 2, 7 % 3, 7 MOD 3, -5, +5, - -5, ~1, 5 & 3, 5 | 3, 5 ^ 3, 1 << 2, 8 >> 1
SELECT 1 AND 0, 1 && 0, 1 OR 0, 1 || 0, 1 XOR 0, NOT 1, ! 0
SELECT TRUE, FALSE, NULL, 1 IS TRUE, NULL IS NULL, 1 IS NOT UNKNOWN
SELECT id FROM users WHERE is_active
SELECT id FROM users WHERE age BETWEEN 18 AND 30 AND age NOT BETWEEN 20 AND 22
SELECT id FROM users WHERE country IN ('CN', 'DE') AND id NOT IN (SELECT user_id FROM orders)
SELECT id FROM users WHERE (id, age) IN ((1, 2), (3, 4))
SELECT id FROM users WHERE name LIKE 'A\_%' AND name LIKE 'A!%' ESCAPE '!' AND name NOT LIKE 'b%'
SELECT id FROM users WHERE name REGEXP '^[A-Z]' AND name RLIKE 'x' AND name NOT REGEXP 'y'
SELECT id FROM users WHERE EXISTS (SELECT 1 FROM orders o WHERE o.user_id = users.id)
SELECT id FROM users WHERE id = ANY (SELECT user_id FROM orders) AND id <> ALL (SELECT user_id FROM orders) AND id > SOME (SELECT 1)
SELECT id FROM users ORDER BY age DESC, name ASC LIMIT 10 OFFSET 20
SELECT id FROM users LIMIT 20, 10
SELECT id FROM users ORDER BY country IS NULL, country
SELECT id FROM users ORDER BY FIELD(country, 'CN', 'DE')
SELECT COUNT(*), COUNT(DISTINCT country), COUNT(DISTINCT country, age), SUM(age), AVG(age), MIN(age), MAX(age) FROM users
SELECT SQL_NO_CACHE id FROM users
SELECT STRAIGHT_JOIN u.id FROM users u JOIN orders o ON u.id = o.user_id
SELECT @@version, @@session.sql_mode, @@global.max_connections, @x
SELECT (SELECT MAX(id) FROM users) AS m
SELECT BINARY name FROM users
SELECT name COLLATE utf8mb4_bin FROM users ORDER BY name COLLATE utf8mb4_general_ci
## joins
SELECT u.name, o.amount FROM users u JOIN orders o ON o.user_id = u.id
SELECT u.name, o.amount FROM users u INNER JOIN orders o USING (id)
SELECT u.name FROM users u LEFT JOIN orders o ON o.user_id = u.id RIGHT JOIN events e ON e.user_id = u.id
SELECT * FROM users CROSS JOIN products
SELECT * FROM users NATURAL JOIN active_users
SELECT * FROM users, orders WHERE users.id = orders.user_id
SELECT * FROM users u STRAIGHT_JOIN orders o ON u.id = o.user_id
SELECT * FROM (users u JOIN orders o ON u.id = o.user_id)
SELECT * FROM orders USE INDEX (by_user) WHERE user_id = 3
SELECT * FROM orders FORCE INDEX (by_user) IGNORE INDEX FOR ORDER BY (by_user) WHERE user_id = 3
SELECT * FROM sales PARTITION (p0)
SELECT * FROM (SELECT id, name FROM users) t
SELECT a.name, b.name FROM employees a LEFT JOIN employees b ON a.manager_id = b.id
## common table expressions
WITH a AS (SELECT 1 AS x) SELECT x FROM a
WITH a AS (SELECT id FROM users), b AS (SELECT id FROM a WHERE id > 3) SELECT * FROM b
WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t WHERE n < 100) SELECT SUM(n) FROM t
WITH RECURSIVE tree AS (SELECT id, name, manager_id, 1 AS depth FROM employees WHERE manager_id IS NULL UNION ALL SELECT e.id, e.name, e.manager_id, t.depth + 1 FROM employees e JOIN tree t ON e.manager_id = t.id) SELECT * FROM tree ORDER BY depth
WITH users AS (SELECT * FROM users WHERE is_active = 1) SELECT COUNT(*) FROM users
WITH RECURSIVE d AS (SELECT CAST('2024-01-01' AS DATE) AS day UNION ALL SELECT day + INTERVAL 1 DAY FROM d WHERE day < '2024-01-31') SELECT d.day, COUNT(o.id) FROM d LEFT JOIN orders o ON DATE(o.created_at) = d.day GROUP BY d.day
## aggregates and windows
SELECT dept, GROUP_CONCAT(DISTINCT name ORDER BY name DESC SEPARATOR '; ') FROM employees GROUP BY dept
SELECT dept, GROUP_CONCAT(name), STD(salary), STDDEV(salary), STDDEV_POP(salary), STDDEV_SAMP(salary), VAR_POP(salary), VAR_SAMP(salary), VARIANCE(salary), BIT_AND(id), BIT_OR(id), BIT_XOR(id) FROM employees GROUP BY dept HAVING COUNT(*) > 1
SELECT dept, SUM(salary) FROM employees GROUP BY dept WITH ROLLUP
SELECT dept, JSON_ARRAYAGG(name), JSON_OBJECTAGG(id, name) FROM employees GROUP BY dept
SELECT id, ROW_NUMBER() OVER (PARTITION BY dept ORDER BY salary DESC) AS rn, RANK() OVER w, DENSE_RANK() OVER w, PERCENT_RANK() OVER w, CUME_DIST() OVER w, NTILE(4) OVER w FROM employees WINDOW w AS (PARTITION BY dept ORDER BY salary DESC)
SELECT id, LAG(amount) OVER (ORDER BY created_at), LEAD(amount, 2) OVER (ORDER BY created_at), FIRST_VALUE(amount) OVER w, LAST_VALUE(amount) OVER w, NTH_VALUE(amount, 2) OVER w FROM orders WINDOW w AS (PARTITION BY user_id ORDER BY created_at)
SELECT id, SUM(amount) OVER (ORDER BY created_at ROWS BETWEEN 6 PRECEDING AND CURRENT ROW) FROM orders
SELECT id, SUM(amount) OVER (ORDER BY id RANGE BETWEEN 5 PRECEDING AND CURRENT ROW) FROM orders
SELECT SUM(CASE WHEN status = 'paid' THEN amount ELSE 0 END) AS paid, SUM(status = 'open') AS opened, COUNT(IF(status = 'x', 1, NULL)) FROM orders
SELECT user_id, MAX(CASE WHEN status = 'a' THEN amount END) AS a, MAX(CASE WHEN status = 'b' THEN amount END) AS b FROM orders GROUP BY user_id
SELECT * FROM (SELECT id, ROW_NUMBER() OVER (PARTITION BY user_id ORDER BY created_at DESC) AS rn FROM orders) t WHERE rn = 1
SELECT MEDIAN(salary) OVER (PARTITION BY dept) FROM employees
SELECT PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY salary) OVER (PARTITION BY dept) FROM employees
SELECT DATE_FORMAT(created_at, '%Y-%m') AS month, SUM(amount) FROM orders GROUP BY month HAVING SUM(amount) > 100 ORDER BY month
## set operations
SELECT id FROM users UNION SELECT id FROM orders
SELECT id FROM users UNION ALL SELECT id FROM orders ORDER BY 1 LIMIT 5
(SELECT id FROM users ORDER BY id LIMIT 1) UNION ALL (SELECT id FROM orders ORDER BY id LIMIT 1)
SELECT id FROM users EXCEPT SELECT user_id FROM orders
SELECT id FROM users INTERSECT SELECT user_id FROM orders
VALUES (1, 2), (3, 4)
SELECT * FROM (VALUES (1, 2), (3, 4)) AS v
## dates
SELECT NOW(), NOW(3), SYSDATE(), CURDATE(), CURTIME(), CURRENT_DATE, CURRENT_DATE(), CURRENT_TIMESTAMP, CURRENT_TIMESTAMP(3), LOCALTIME, LOCALTIMESTAMP, UTC_DATE(), UTC_TIME(), UTC_TIMESTAMP(), UNIX_TIMESTAMP(), UNIX_TIMESTAMP(NOW())
SELECT DATE(created_at), TIME(created_at), YEAR(created_at), QUARTER(created_at), MONTH(created_at), MONTHNAME(created_at), WEEK(created_at), WEEK(created_at, 1), WEEKOFYEAR(created_at), YEARWEEK(created_at), DAY(created_at), DAYOFMONTH(created_at), DAYOFWEEK(created_at), DAYOFYEAR(created_at), WEEKDAY(created_at), DAYNAME(created_at), HOUR(created_at), MINUTE(created_at), SECOND(created_at), MICROSECOND(created_at), LAST_DAY(created_at) FROM orders
SELECT DATE_ADD(created_at, INTERVAL 1 DAY), DATE_SUB(created_at, INTERVAL 2 MONTH), ADDDATE(created_at, 5), SUBDATE(created_at, INTERVAL 1 HOUR), created_at + INTERVAL 1 WEEK, created_at - INTERVAL '1:30' MINUTE_SECOND, INTERVAL 1 DAY + created_at, ADDTIME(created_at, '01:00:00'), SUBTIME(created_at, '01:00:00') FROM orders
SELECT DATEDIFF(NOW(), created_at), TIMEDIFF('10:00', '09:00'), TIMESTAMPDIFF(MONTH, created_at, NOW()), TIMESTAMPADD(DAY, 1, created_at), PERIOD_ADD(202401, 2), PERIOD_DIFF(202403, 202401) FROM orders
SELECT DATE_FORMAT(created_at, '%Y-%m-%d %H:%i:%s'), STR_TO_DATE('2024-01-01', '%Y-%m-%d'), FROM_UNIXTIME(1700000000), FROM_UNIXTIME(1700000000, '%Y'), TIME_FORMAT('10:00', '%H'), GET_FORMAT(DATE, 'ISO'), MAKEDATE(2024, 31), MAKETIME(10, 0, 0), SEC_TO_TIME(100), TIME_TO_SEC('00:01'), TO_DAYS(created_at), FROM_DAYS(739000), TO_SECONDS(created_at), CONVERT_TZ(created_at, '+00:00', '+08:00'), EXTRACT(YEAR FROM created_at), EXTRACT(DAY_HOUR FROM created_at), TIMESTAMP(created_at), TIMESTAMP('2024-01-01', '10:00') FROM orders
SELECT DATE '2024-01-01', TIME '10:00:00', TIMESTAMP '2024-01-01 10:00:00'
SELECT * FROM orders WHERE created_at >= DATE_FORMAT(NOW() - INTERVAL 1 MONTH, '%Y-%m-01') AND created_at < CURDATE()
## strings
SELECT UPPER(name), LOWER(name), UCASE(name), LCASE(name), LENGTH(name), CHAR_LENGTH(name), CHARACTER_LENGTH(name), OCTET_LENGTH(name), BIT_LENGTH(name) FROM users
SELECT TRIM(name), TRIM(BOTH 'x' FROM name), TRIM(LEADING 'x' FROM name), LTRIM(name), RTRIM(name), LEFT(name, 2), RIGHT(name, 2), MID(name, 1, 2), SUBSTR(name, 1, 2), SUBSTRING(name, 2), SUBSTRING(name FROM 1 FOR 2), SUBSTRING_INDEX(email, '@', -1), LOCATE('a', name), INSTR(name, 'a'), POSITION('a' IN name), INSERT(name, 1, 2, 'x'), REPLACE(name, 'a', 'b'), REPEAT('a', 3), REVERSE(name), SPACE(3), LPAD(name, 5, '*'), RPAD(name, 5, '*') FROM users
SELECT CONCAT(name, ' ', email), CONCAT_WS(',', name, email), FORMAT(1234.5, 2), HEX('a'), UNHEX('61'), ASCII('a'), ORD('a'), CHAR(65), CHAR(65, 66 USING utf8mb4), BIN(5), OCT(8), CONV('a', 16, 2), ELT(1, 'a', 'b'), FIELD('a', 'a', 'b'), FIND_IN_SET('a', 'a,b'), MAKE_SET(1, 'a', 'b'), EXPORT_SET(5, 'Y', 'N'), QUOTE(name), SOUNDEX(name), STRCMP('a', 'b'), TO_BASE64('a'), FROM_BASE64('YQ=='), CRC32('a'), MD5('a'), SHA1('a'), SHA2('a', 256), name SOUNDS LIKE 'x' FROM users
SELECT REGEXP_REPLACE(phone, '[^0-9]', ''), REGEXP_SUBSTR(name, 'a'), REGEXP_INSTR(name, 'a') FROM users
SELECT CAST(id AS CHAR), CAST(id AS CHAR(10)), CAST('5' AS SIGNED), CAST('5' AS UNSIGNED INTEGER), CAST('1.5' AS DECIMAL(10, 2)), CAST('2024-01-01' AS DATE), CAST(NOW() AS DATETIME), CAST('10:00' AS TIME), CONVERT('5', SIGNED), CONVERT(name USING utf8mb4), CONVERT('1', DECIMAL(10, 2)), CAST('x' AS BINARY) FROM users
SELECT COALESCE(name, email), IFNULL(name, 'x'), NULLIF(name, ''), IF(age > 18, 'a', 'b'), ISNULL(name), GREATEST(1, 2), LEAST(1, 2), INTERVAL(5, 1, 10), NVL(name, 'x'), NVL2(name, 1, 2) FROM users
SELECT ABS(-1), CEIL(1.2), CEILING(1.2), FLOOR(1.2), ROUND(1.25, 1), TRUNCATE(1.29, 1), SIGN(-1), MOD(7, 3), POW(2, 3), POWER(2, 3), SQRT(4), EXP(1), LN(2), LOG(2), LOG(2, 8), LOG2(8), LOG10(100), PI(), RAND(), RAND(5), SIN(1), COS(1), TAN(1), COT(1), ASIN(1), ACOS(1), ATAN(1), ATAN2(1, 2), DEGREES(1), RADIANS(1)
SELECT INET_ATON('1.2.3.4'), INET_NTOA(16909060), INET6_ATON('::1'), UUID(), DATABASE(), SCHEMA(), USER(), CURRENT_USER(), CURRENT_USER, SESSION_USER(), VERSION(), CONNECTION_ID(), FOUND_ROWS(), ROW_COUNT(), LAST_INSERT_ID(), CHARSET('a'), COLLATION('a'), COERCIBILITY('a')
## json and full text
SELECT JSON_EXTRACT(profile, '$.a'), JSON_UNQUOTE(JSON_EXTRACT(profile, '$.a')), JSON_VALUE(profile, '$.a'), JSON_QUERY(profile, '$.b'), JSON_CONTAINS(profile, '1', '$.a'), JSON_CONTAINS_PATH(profile, 'one', '$.a'), JSON_KEYS(profile), JSON_LENGTH(profile), JSON_TYPE(profile), JSON_VALID(profile), JSON_SEARCH(profile, 'one', 'x'), JSON_DEPTH(profile), JSON_QUOTE('a') FROM users
SELECT JSON_OBJECT('id', id, 'name', name), JSON_ARRAY(1, 'a', NULL), JSON_SET(profile, '$.a', 1), JSON_INSERT(profile, '$.a', 1), JSON_REPLACE(profile, '$.a', 1), JSON_REMOVE(profile, '$.a'), JSON_MERGE_PATCH(profile, '{}'), JSON_MERGE_PRESERVE(profile, '{}'), JSON_ARRAY_APPEND('[1]', '$', 2), JSON_OVERLAPS('[1]', '[1,2]') FROM users
SELECT o.id, j.sku, j.qty FROM orders o, JSON_TABLE(o.items, '$[*]' COLUMNS (sku VARCHAR(20) PATH '$.sku', qty INT PATH '$.qty')) AS j
SELECT id, MATCH (description) AGAINST ('cat') AS score FROM products WHERE MATCH (description) AGAINST ('+cat -dog' IN BOOLEAN MODE)
SELECT id FROM users WHERE MATCH (name, email) AGAINST ('bob' IN NATURAL LANGUAGE MODE)
SELECT id FROM users WHERE FIND_IN_SET('a', tags) > 0 AND gender = 'm'
SELECT ST_AsText(pos), ST_X(pos), ST_Distance(pos, ST_GeomFromText('POINT(1 1)')) FROM places
SELECT CASE WHEN age < 18 THEN 'minor' WHEN age < 65 THEN 'adult' ELSE 'senior' END AS bucket, COUNT(*) FROM users GROUP BY bucket ORDER BY 2 DESC
SELECT CASE status WHEN 'a' THEN 1 ELSE 2 END FROM orders
SELECT COALESCE(SUM(amount), 0) FROM orders WHERE status IN ('paid', 'shipped') AND created_at BETWEEN '2024-01-01' AND '2024-12-31'
SELECT (1, 2) = (1, 2), ROW(1, 2) = ROW(1, 2)
SELECT `order`, `select`, `timestamp` FROM logs
SELECT id AS value, name AS type, age AS number, country AS comment, phone AS status FROM users
SELECT level AS action FROM logs WHERE message = 'FOR UPDATE' OR message = "INTO OUTFILE '/tmp/x'"
SELECT 100 * SUM(status = 'paid') / NULLIF(COUNT(*), 0) AS pct FROM orders
SELECT amount, amount * 100 / (SELECT SUM(amount) FROM orders) AS share FROM orders
SELECT HOUR(at) AS hour, COUNT(*) AS n FROM events GROUP BY HOUR(at) ORDER BY hour
SELECT id FROM users WHERE created_at > NOW() - INTERVAL 30 DAY AND YEAR(created_at) = YEAR(CURDATE())
SELECT GROUP_CONCAT(id ORDER BY id SEPARATOR ',') FROM users
SELECT name FROM users WHERE id = ? AND age > ?
SELECT MIN(created_at) first_order, MAX(created_at) last_order FROM orders GROUP BY user_id HAVING COUNT(*) >= 2
SELECT * FROM active_users
SELECT u.name, (SELECT COUNT(*) FROM orders o WHERE o.user_id = u.id) AS n FROM users u ORDER BY n DESC LIMIT 5
SELECT NOT EXISTS (SELECT 1 FROM users WHERE id = 9)
SELECT DATE_FORMAT(created_at, '%x-W%v') AS week, COUNT(DISTINCT user_id) FROM orders GROUP BY 1
SELECT IFNULL(country, 'total') AS c, COUNT(*) FROM users GROUP BY country WITH ROLLUP
SELECT AES_ENCRYPT('a', 'k'), COMPRESS('a'), UNCOMPRESS(COMPRESS('a'))
SELECT EXTRACTVALUE('<a>1</a>', '/a'), UPDATEXML('<a>1</a>', '/a', '<a>2</a>')
SELECT u.id FROM users u WHERE u.id IN (SELECT o.user_id FROM orders o GROUP BY o.user_id HAVING SUM(o.amount) > 100)
## catalogue
SELECT table_name, table_rows FROM information_schema.tables WHERE table_schema = DATABASE()
SELECT column_name, data_type, column_comment FROM information_schema.columns WHERE table_name = 'users'
SELECT * FROM information_schema.statistics WHERE table_schema = DATABASE()
SELECT * FROM information_schema.key_column_usage
SELECT * FROM information_schema.table_constraints
SELECT * FROM information_schema.referential_constraints
SELECT * FROM information_schema.views
SELECT * FROM information_schema.schemata
SELECT * FROM information_schema.routines
SELECT * FROM information_schema.processlist
SHOW TABLES
SHOW FULL TABLES
SHOW TABLES LIKE 'o%'
SHOW TABLES FROM information_schema
SHOW DATABASES
SHOW SCHEMAS
SHOW COLUMNS FROM users
SHOW FULL COLUMNS FROM users LIKE 'n%'
SHOW FIELDS IN users
SHOW INDEX FROM users
SHOW KEYS FROM orders
SHOW CREATE TABLE users
SHOW CREATE VIEW active_users
SHOW TABLE STATUS
SHOW TABLE STATUS LIKE 'users'
SHOW TABLE STATUS WHERE Name = 'users'
SHOW VARIABLES LIKE 'version%'
SHOW GLOBAL VARIABLES LIKE 'max_connections'
SHOW STATUS LIKE 'Threads%'
SHOW GLOBAL STATUS
SHOW ENGINES
SHOW CHARACTER SET
SHOW COLLATION
SHOW WARNINGS
SHOW PROCESSLIST
SHOW TRIGGERS
DESCRIBE users
DESC users
DESC `users`
DESCRIBE users name
EXPLAIN users
EXPLAIN SELECT * FROM users
EXPLAIN EXTENDED SELECT * FROM users
EXPLAIN FORMAT=JSON SELECT * FROM users WHERE id = 1
DESCRIBE SELECT 1
ANALYZE SELECT 1
ANALYZE FORMAT=JSON SELECT * FROM users
## strings with backslashes
SELECT * FROM users WHERE name = 'C:\\' OR email = 'x'
SELECT * FROM users WHERE name IN ('it\'s', 'that\'s')
