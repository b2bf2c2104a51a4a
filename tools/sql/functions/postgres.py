"""Functions of PostgreSQL (up to 18) that only compute: no writes, no waiting, no files, no settings, no SQL in text.

From `pg_proc`, read by hand. Harmless-looking ones that are left out on purpose: txid_current and
pg_current_xact_id (assign a transaction id), the *_to_xml family, ts_stat, ts_rewrite and crosstab (run a query given
as text), currval and lastval (session state), lo_* and pg_read_* (files), pg_mcv_list_items (value statistics),
pg_options_to_table, pg_show_all_settings (secrets). `current_setting` is allowed for harmless settings only.
"""

MATHS = """
abs acos acosd acosh asin asind asinh atan atan2 atan2d atand atanh cbrt ceil ceiling cos cosd cosh cot cotd degrees
div erf erfc exp factorial floor gamma gcd lcm lgamma ln log log10 min_scale mod pi pow power radians random
random_normal round scale sign sin sind sinh sqrt tan tand tanh trim_scale trunc width_bucket bit_count get_bit
get_byte set_bit set_byte to_bin to_hex to_oct crc32 crc32c
"""
TEXT = """
ascii bit_length btrim casefold char_length character_length chr concat concat_ws convert convert_from convert_to
decode encode format initcap is_normalized left length lower lpad ltrim md5 normalize octet_length overlay parse_ident
position quote_ident quote_literal quote_nullable regexp_count regexp_instr regexp_like regexp_match regexp_matches
regexp_replace regexp_split_to_array regexp_split_to_table regexp_substr repeat replace reverse right rpad rtrim
sha224 sha256 sha384 sha512 split_part starts_with string_to_array string_to_table strpos substr substring to_ascii
translate trim unistr unicode_assigned upper collation
"""
TIME = """
age clock_timestamp current_date current_time current_timestamp date_add date_bin date_part date_subtract date_trunc
extract isfinite justify_days justify_hours justify_interval localtime localtimestamp make_date make_interval
make_time make_timestamp make_timestamptz now overlaps statement_timestamp timeofday timezone transaction_timestamp
to_char to_date to_number to_timestamp
"""
CONDITIONAL = """
coalesce greatest least nullif num_nonnulls num_nulls cast grouping pg_typeof pg_input_is_valid
"""
AGGREGATES_AND_WINDOWS = """
any_value array_agg avg bit_and bit_or bit_xor bool_and bool_or corr count covar_pop covar_samp cume_dist dense_rank
every first_value json_agg json_agg_strict json_arrayagg json_object_agg json_object_agg_strict json_object_agg_unique
json_objectagg jsonb_agg jsonb_agg_strict jsonb_object_agg jsonb_object_agg_strict jsonb_object_agg_unique lag
last_value lead max min mode nth_value ntile percent_rank percentile_cont percentile_disc range_agg
range_intersect_agg rank regr_avgx regr_avgy regr_count regr_intercept regr_r2 regr_slope regr_sxx regr_sxy regr_syy
row_number stddev stddev_pop stddev_samp string_agg sum var_pop var_samp variance xmlagg
"""
ARRAYS_AND_SETS = """
array_append array_cat array_dims array_fill array_length array_lower array_ndims array_position array_positions
array_prepend array_remove array_replace array_reverse array_sample array_shuffle array_sort array_to_json
array_to_string array_upper cardinality generate_series generate_subscripts trim_array unnest
"""
JSON = """
json json_array json_array_elements json_array_elements_text json_array_length json_build_array json_build_object
json_each json_each_text json_exists json_extract_path json_extract_path_text json_object json_object_keys
json_populate_record json_populate_recordset json_query json_scalar json_serialize json_strip_nulls json_table
json_to_record json_to_recordset json_typeof json_value jsonb_array_elements jsonb_array_elements_text
jsonb_array_length jsonb_build_array jsonb_build_object jsonb_concat jsonb_delete jsonb_each jsonb_each_text
jsonb_extract_path jsonb_extract_path_text jsonb_insert jsonb_object jsonb_object_keys jsonb_path_exists
jsonb_path_exists_tz jsonb_path_match jsonb_path_match_tz jsonb_path_query jsonb_path_query_array
jsonb_path_query_array_tz jsonb_path_query_first jsonb_path_query_first_tz jsonb_path_query_tz jsonb_populate_record
jsonb_populate_recordset jsonb_pretty jsonb_set jsonb_set_lax jsonb_strip_nulls jsonb_to_record jsonb_to_recordset
jsonb_typeof row_to_json to_json to_jsonb
"""
RANGES = """
datemultirange daterange int4multirange int4range int8multirange int8range isempty lower_inc lower_inf multirange
nummultirange numrange range_merge tsmultirange tsrange tstzmultirange tstzrange upper_inc upper_inf
"""
TEXT_SEARCH = """
array_to_tsvector get_current_ts_config json_to_tsvector jsonb_to_tsvector numnode phraseto_tsquery plainto_tsquery
querytree setweight strip to_tsquery to_tsvector ts_debug ts_delete ts_filter ts_headline ts_lexize ts_parse ts_rank
ts_rank_cd ts_token_type tsquery_phrase tsvector_to_array websearch_to_tsquery
"""
ENUMS_UUIDS_NETWORK = """
enum_first enum_last enum_range gen_random_uuid uuid_extract_timestamp uuid_extract_version uuidv4 uuidv7 abbrev
broadcast family host hostmask inet_merge inet_same_family macaddr8_set7bit masklen netmask network set_masklen
"""
GEOMETRY = """
area bound_box box center circle diagonal diameter height isclosed isopen ishorizontal isparallel isperp isvertical
line lseg npoints path pclose point polygon popen radius slope width
"""
XML = """
xml xml_is_well_formed xml_is_well_formed_content xml_is_well_formed_document xmlcomment xmlconcat xmlelement
xmlexists xmlforest xmlparse xmlpi xmlroot xmlserialize xmltable xmltext xpath xpath_exists xmlattributes
xmlnamespaces
"""
# Read the catalogue, as psql's backslash commands do.
CATALOGUE = """
aclexplode col_description current_catalog current_database current_query current_role current_schema current_schemas
current_setting current_user format_type getdatabaseencoding has_any_column_privilege has_column_privilege
has_database_privilege has_function_privilege has_schema_privilege has_sequence_privilege has_table_privilege
has_type_privilege inet_server_addr inet_server_port obj_description pg_backend_pid pg_blocking_pids
pg_char_to_encoding pg_client_encoding pg_collation_for pg_collation_is_visible pg_column_compression
pg_column_is_updatable pg_column_size pg_conf_load_time pg_database_size pg_describe_object pg_encoding_to_char
pg_function_is_visible pg_get_constraintdef pg_get_expr pg_get_function_arguments pg_get_function_identity_arguments
pg_get_function_result pg_get_functiondef pg_get_indexdef pg_get_keywords pg_get_partition_constraintdef
pg_get_partkeydef pg_get_ruledef pg_get_serial_sequence pg_get_statisticsobjdef pg_get_triggerdef pg_get_userbyid
pg_get_viewdef pg_has_role pg_identify_object pg_indexes_size pg_is_in_recovery pg_my_temp_schema
pg_partition_ancestors pg_partition_root pg_partition_tree pg_postmaster_start_time pg_relation_is_publishable
pg_relation_is_updatable pg_relation_size pg_size_bytes pg_size_pretty pg_stat_get_dead_tuples pg_stat_get_live_tuples
pg_table_is_visible pg_table_size pg_tablespace_size pg_timezone_abbrevs pg_timezone_names pg_total_relation_size
pg_trigger_depth pg_type_is_visible row_security_active session_user shobj_description to_regclass to_regcollation
to_regnamespace to_regoper to_regoperator to_regproc to_regprocedure to_regrole to_regtype user version
"""
# pg_trgm, fuzzystrmatch, unaccent, pgcrypto, uuid-ossp, hstore: the computing parts of common extensions.
EXTENSIONS = """
similarity word_similarity strict_word_similarity show_trgm levenshtein levenshtein_less_equal soundex difference
metaphone dmetaphone dmetaphone_alt daitch_mokotoff unaccent digest hmac uuid_generate_v1 uuid_generate_v4 hstore
akeys avals skeys svals exist defined slice hstore_to_json hstore_to_jsonb
"""
# Casts written as calls, and the internal names of types.
CASTS = """
abstime bit bool bpchar char cidr date decimal float4 float8 inet int2 int4 int8 interval macaddr macaddr8 money name
numeric oid regclass text time timestamp timestamptz timetz tsquery tsvector uuid varbit varchar
"""

ALLOWED = frozenset(
    "".join(
        (
            MATHS, TEXT, TIME, CONDITIONAL, AGGREGATES_AND_WINDOWS, ARRAYS_AND_SETS, JSON, RANGES, TEXT_SEARCH,
            ENUMS_UUIDS_NETWORK, GEOMETRY, XML, CATALOGUE, EXTENSIONS, CASTS,
        )
    ).split()
)  # fmt: skip
