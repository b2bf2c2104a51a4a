"""The statements that read PostgreSQL's catalogs. Every name is qualified: search_path decides nothing here."""

# Not the system's own schemas, not temporary ones.
OURS = r"""n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname NOT LIKE 'pg\_toast%'
  AND n.nspname NOT LIKE 'pg\_temp\_%'"""

DEFAULT_SCHEMA = "SELECT pg_catalog.current_schema(), pg_catalog.current_schemas(false)::text[]"

# Each catalog row carries the transaction that wrote it; ANALYZE updates its estimates in place and leaves it.
CHANGE_MARK = " UNION ALL ".join(
    f"SELECT '{catalog}' || pg_catalog.count(*) || ':' || coalesce(pg_catalog.sum(xmin::text::bigint), 0)"
    f" FROM pg_catalog.{catalog} WHERE {condition}"
    for catalog, condition in (
        ("pg_class", "oid >= 16384"),
        ("pg_attribute", "attrelid >= 16384"),
        ("pg_attrdef", "true"),
        ("pg_constraint", "oid >= 16384"),
        ("pg_trigger", "true"),
        ("pg_rewrite", "oid >= 16384"),
        ("pg_enum", "true"),
        ("pg_description", "objoid >= 16384"),
        ("pg_namespace", "true"),
    )
)
CHANGE_MARK = f"SELECT pg_catalog.string_agg(mark, ' ') FROM ({CHANGE_MARK}) AS marks (mark)"

TABLES = f"""
SELECT c.oid::bigint, n.nspname, c.relname, c.relkind::text, pg_catalog.obj_description(c.oid, 'pg_class'),
  c.reltuples::float8,
  c.relkind <> 'f' AND NOT EXISTS (SELECT FROM pg_catalog.pg_partition_tree(c.oid) p
    JOIN pg_catalog.pg_class leaf ON leaf.oid = p.relid WHERE c.relkind = 'p' AND leaf.relkind = 'f'),
  c.relkind <> 'p' AND EXISTS (SELECT FROM pg_catalog.pg_inherits i WHERE i.inhparent = c.oid),
  CASE WHEN c.relkind IN ('v', 'm') THEN pg_catalog.pg_get_viewdef(c.oid) END
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND {OURS}
ORDER BY n.nspname, c.relname"""

# A domain over an enum has the enum's labels.
COLUMNS = f"""
SELECT a.attrelid::bigint, a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod),
  a.attnotnull OR (t.typtype = 'd' AND t.typnotnull), pg_catalog.pg_get_expr(d.adbin, d.adrelid),
  pg_catalog.col_description(a.attrelid, a.attnum), a.attgenerated <> '', a.attidentity::text, e.labels
FROM pg_catalog.pg_attribute a
JOIN pg_catalog.pg_class c ON c.oid = a.attrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
LEFT JOIN (SELECT enumtypid, array_agg(enumlabel::text ORDER BY enumsortorder) AS labels FROM pg_catalog.pg_enum
  GROUP BY enumtypid) e ON e.enumtypid = CASE WHEN t.typtype = 'd' THEN t.typbasetype ELSE t.oid END
WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'p', 'v', 'm', 'f') AND {OURS}
ORDER BY a.attrelid, a.attnum"""

CONSTRAINTS = f"""
SELECT k.conrelid::bigint, k.conname, k.contype::text,
  (SELECT array_agg(a.attname::text ORDER BY p.place) FROM unnest(k.conkey) WITH ORDINALITY p (number, place)
    JOIN pg_catalog.pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = p.number),
  fn.nspname, f.relname,
  (SELECT array_agg(a.attname::text ORDER BY p.place) FROM unnest(k.confkey) WITH ORDINALITY p (number, place)
    JOIN pg_catalog.pg_attribute a ON a.attrelid = k.confrelid AND a.attnum = p.number),
  k.confdeltype::text, k.confupdtype::text,
  CASE WHEN k.contype = 'c' THEN pg_catalog.pg_get_expr(k.conbin, k.conrelid) END
FROM pg_catalog.pg_constraint k
JOIN pg_catalog.pg_class c ON c.oid = k.conrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_catalog.pg_class f ON f.oid = k.confrelid LEFT JOIN pg_catalog.pg_namespace fn ON fn.oid = f.relnamespace
WHERE k.contype IN ('p', 'f', 'c', 'u') AND NOT (k.contype = 'u' AND k.condeferrable) AND {OURS}
ORDER BY k.conrelid, k.conname"""

# 'key': a valid unique index of plain columns that is checked at once.
INDEXES = f"""
SELECT i.indrelid::bigint, ic.relname, i.indisunique, i.indpred IS NOT NULL,
  (SELECT array_agg(coalesce(a.attname::text, pg_catalog.pg_get_indexdef(i.indexrelid, p.place::int, true))
      ORDER BY p.place)
    FROM unnest(i.indkey::int2[]) WITH ORDINALITY p (number, place)
    LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = p.number AND p.number > 0
    WHERE p.place <= i.indnkeyatts),
  CASE WHEN i.indisunique AND i.indisvalid AND i.indimmediate AND NOT i.indisprimary AND i.indexprs IS NULL
    THEN 'key' END
FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class ic ON ic.oid = i.indexrelid
JOIN pg_catalog.pg_class c ON c.oid = i.indrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE {OURS} ORDER BY i.indrelid, ic.relname"""

# Rules rewrite statements on the table: for a rehearsal they are as surprising as triggers.
TRIGGERS = f"""
SELECT t.tgrelid::bigint, t.tgname::text FROM pg_catalog.pg_trigger t
JOIN pg_catalog.pg_class c ON c.oid = t.tgrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE NOT t.tgisinternal AND {OURS}
UNION ALL
SELECT r.ev_class::bigint, 'rule ' || r.rulename FROM pg_catalog.pg_rewrite r
JOIN pg_catalog.pg_class c ON c.oid = r.ev_class JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE r.rulename <> '_RETURN' AND {OURS}
ORDER BY 1, 2"""
