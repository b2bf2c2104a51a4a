"""Functions and table-valued functions of SQLite (up to 3.50) that only compute.

From `pragma_function_list`, read by hand. Left out on purpose: load_extension, readfile, writefile, edit and fsdir (the
world outside), fts3_tokenizer (pointers), optimize and rtreecheck (write or scan), sqlite_log (writes the error log).
zeroblob, randomblob, printf and format are allowed with small literal sizes only.
"""

MATHS = """
abs acos acosh asin asinh atan atan2 atanh ceil ceiling cos cosh degrees exp floor ln log log10 log2 mod pi pow power
radians random randomblob round sign sin sinh sqrt tan tanh trunc zeroblob
"""
TEXT = """
char concat concat_ws format glob hex instr length like lower ltrim octet_length printf quote regexp replace rtrim
soundex substr substring trim unhex unicode unistr unistr_quote upper
"""
TIME = "current_date current_time current_timestamp date datetime julianday strftime time timediff unixepoch"
CONDITIONAL = "coalesce if ifnull iif likelihood likely max min nullif subtype typeof unlikely cast"
AGGREGATES_AND_WINDOWS = """
avg count cume_dist dense_rank first_value group_concat lag last_value lead median nth_value ntile percent_rank
percentile percentile_cont percentile_disc rank row_number stddev stddev_pop stddev_samp stdev string_agg sum total
var_pop var_samp variance
"""
JSON = """
json json_array json_array_insert json_array_length json_each json_error_position json_extract json_group_array
json_group_object json_insert json_object json_patch json_pretty json_quote json_remove json_replace json_set
json_tree json_type json_valid jsonb jsonb_array jsonb_each jsonb_extract jsonb_group_array jsonb_group_object
jsonb_insert jsonb_object jsonb_patch jsonb_remove jsonb_replace jsonb_set jsonb_tree
"""
TEXT_SEARCH = "bm25 highlight match matchinfo offsets snippet"
SETS = "generate_series"
# Built into the shell and into common builds; they compute too.
HASHES = "sha1 sha3 md5 sha256 uuid base64 base85 decimal decimal_add decimal_cmp decimal_mul decimal_sub ieee754"
GEOPOLY = """
geopoly_area geopoly_bbox geopoly_blob geopoly_ccw geopoly_contains_point geopoly_group_bbox geopoly_json
geopoly_overlap geopoly_regular geopoly_svg geopoly_within geopoly_xform
"""
DATABASE = """
changes last_insert_rowid sqlite_compileoption_get sqlite_compileoption_used sqlite_source_id sqlite_version
total_changes
"""
# Pragmas that only describe the structure, as table-valued functions, and (without the prefix) as statements.
STRUCTURE_PRAGMAS = frozenset(
    [
        "table_info",
        "table_xinfo",
        "table_list",
        "index_list",
        "index_info",
        "index_xinfo",
        "foreign_key_list",
        "foreign_key_check",
        "database_list",
        "collation_list",
        "function_list",
        "module_list",
        "pragma_list",
        "compile_options",
    ]
)
# Those that tell a value, and have no other use, as table-valued functions without an argument: pragma_page_count().
VALUE_TABLES = frozenset(["page_count", "page_size", "freelist_count", "encoding", "user_version", "schema_version"])
# Pragmas that tell a value when they stand alone; with an argument they would set it.
VALUE_PRAGMAS = frozenset(
    [
        "application_id",
        "auto_vacuum",
        "busy_timeout",
        "cache_size",
        "data_version",
        "encoding",
        "foreign_keys",
        "freelist_count",
        "journal_mode",
        "journal_size_limit",
        "locking_mode",
        "max_page_count",
        "mmap_size",
        "page_count",
        "page_size",
        "query_only",
        "recursive_triggers",
        "schema_version",
        "secure_delete",
        "synchronous",
        "temp_store",
        "user_version",
        "integrity_check",
        "quick_check",
    ]
)

ALLOWED = frozenset(
    " ".join(
        (MATHS, TEXT, TIME, CONDITIONAL, AGGREGATES_AND_WINDOWS, JSON, TEXT_SEARCH, SETS, DATABASE, HASHES, GEOPOLY)
    ).split()
) | {f"pragma_{name}" for name in STRUCTURE_PRAGMAS | VALUE_TABLES}
