-- Tables, joins and 100,000 rows, in a file.
PRAGMA journal_mode = DELETE;
CREATE TABLE city(id INTEGER PRIMARY KEY, name TEXT UNIQUE, area REAL);
CREATE TABLE person(id INTEGER PRIMARY KEY, name TEXT, city INTEGER REFERENCES city(id), income REAL);
BEGIN;
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100)
  INSERT INTO city SELECT i, printf('city-%03d', (i * 37) % 101), i * 1.25 FROM n;
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000)
  INSERT INTO person
  SELECT i, char(65 + i % 26) || (i % 1000), 1 + i * i % 100, (i * 31337 % 1000003) / 8.0 FROM n;
COMMIT;
CREATE INDEX by_city ON person(city);
SELECT count(*), sum(id), round(avg(income), 6), min(name), max(name) FROM person;
SELECT c.name, count(*), round(max(p.income), 3)
  FROM person p JOIN city c ON c.id = p.city GROUP BY c.id ORDER BY 2 DESC, 1 LIMIT 10;
SELECT a.name, b.name FROM person a JOIN person b ON b.id = a.id + 100 AND +b.city = a.city
  WHERE a.name LIKE 'Q%7' ORDER BY a.id LIMIT 5;
SELECT city, rank() OVER (ORDER BY total DESC), printf('%.2f', total)
  FROM (SELECT city, sum(income) AS total FROM person GROUP BY city) ORDER BY 2, 1 LIMIT 5;
UPDATE person SET income = income * 1.5 WHERE city IN (SELECT id FROM city WHERE area < 6);
DELETE FROM person WHERE id > 90000 AND id % 3 = 0;
SELECT count(*), round(sum(income), 2), total(city) FROM person;
SELECT json_group_array(name) FROM (SELECT name FROM city ORDER BY name LIMIT 4);
SELECT * FROM nowhere;
