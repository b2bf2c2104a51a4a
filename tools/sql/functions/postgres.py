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
# Read the catalogue, as psql's backslash commands do, and what monitoring reads.
CATALOGUE = """
acldefault inet_client_addr inet_client_port mxid_age pg_blocking_pids pg_collation_actual_version
pg_conversion_is_visible pg_current_snapshot pg_current_wal_flush_lsn pg_current_wal_insert_lsn pg_current_wal_lsn
pg_current_xact_id_if_assigned pg_database_collation_actual_version pg_encoding_max_length pg_get_function_arg_default
pg_get_function_sqlbody pg_get_replica_identity_index pg_get_statisticsobjdef_columns
pg_get_statisticsobjdef_expressions pg_is_other_temp_schema pg_is_wal_replay_paused pg_jit_available
pg_last_committed_xact pg_last_wal_receive_lsn pg_last_wal_replay_lsn pg_last_xact_replay_timestamp
pg_listening_channels pg_notification_queue_usage pg_opclass_is_visible pg_operator_is_visible pg_opfamily_is_visible
pg_relation_filenode pg_relation_filepath pg_safe_snapshot_blocking_pids pg_sequence_last_value pg_sequence_parameters
pg_snapshot_xip pg_snapshot_xmax pg_snapshot_xmin pg_statistics_obj_is_visible pg_tablespace_databases
pg_tablespace_location pg_ts_config_is_visible pg_ts_dict_is_visible pg_ts_parser_is_visible pg_ts_template_is_visible
pg_visible_in_snapshot pg_wal_lsn_diff pg_walfile_name pg_xact_commit_timestamp txid_current_if_assigned
txid_current_snapshot txid_snapshot_xmax txid_snapshot_xmin information_schema._pg_expandarray
information_schema._pg_char_max_length information_schema._pg_numeric_precision
information_schema._pg_numeric_scale information_schema._pg_datetime_precision
information_schema._pg_truetypid information_schema._pg_truetypmod
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
akeys avals each hstore_to_array hstore_to_matrix skeys svals exist defined slice hstore_to_json hstore_to_jsonb
"""
# ltree, cube, earthdistance, intarray, tablefunc, pgvector, TimescaleDB.
MORE_EXTENSIONS = """
nlevel subltree subpath lca ltree2text text2ltree cube_dim cube_distance cube_ll_coord cube_ur_coord earth earth_box
earth_distance ll_to_earth latitude longitude gc_to_sec sec_to_gc icount idx intersection sort sort_asc sort_desc
subarray uniq normal_rand binary_quantize cosine_distance inner_product l1_distance l2_distance l2_normalize subvector
vector_dims vector_norm approximate_row_count first histogram hypertable_size interpolate last locf time_bucket
time_bucket_gapfill
"""
# PostGIS, without what reads files (rasters), statistics or changes tables.
POSTGIS = """
geography geometry geometrytype postgis_full_version postgis_lib_version postgis_version box2d box3d st_addpoint
st_affine st_angle st_area st_asbinary st_asencodedpolyline st_asewkb st_asewkt st_asgeojson st_asgml st_ashexewkb
st_askml st_aslatlontext st_asmvt st_asmvtgeom st_assvg st_astext st_astwkb st_azimuth st_boundary
st_boundingdiagonal st_buffer st_centroid st_chaikinsmoothing st_clipbybox2d st_closestpoint st_clusterdbscan
st_clusterintersecting st_clusterkmeans st_clusterwithin st_collect st_collectionextract st_collectionhomogenize
st_concavehull st_contains st_containsproperly st_convexhull st_coorddim st_coveredby st_covers st_crosses
st_curvetoline st_delaunaytriangles st_dfullywithin st_difference st_dimension st_disjoint st_distance
st_distancesphere st_distancespheroid st_dump st_dumppoints st_dumprings st_dumpsegments st_dwithin st_endpoint
st_envelope st_equals st_expand st_extent st_exteriorring st_flipcoordinates st_force2d st_force3d st_force4d
st_forcepolygonccw st_forcepolygoncw st_frechetdistance st_generatepoints st_geogfromtext st_geogfromwkb
st_geographyfromtext st_geohash st_geomfromewkb st_geomfromewkt st_geomfromgeohash st_geomfromgeojson st_geomfromgml
st_geomfromkml st_geomfromtext st_geomfromwkb st_geometricmedian st_geometryfromtext st_geometryn st_geometrytype
st_hasarc st_hausdorffdistance st_hexagon st_hexagongrid st_interiorringn st_interpolatepoint st_intersection
st_intersects st_isclosed st_iscollection st_isempty st_ispolygonccw st_ispolygoncw st_isring st_issimple st_isvalid
st_isvaliddetail st_isvalidreason st_length st_length2d st_lengthspheroid st_linecrossingdirection st_linefromtext
st_lineinterpolatepoint st_lineinterpolatepoints st_linelocatepoint st_linemerge st_linesubstring st_linetocurve
st_locatealong st_locatebetween st_m st_makebox2d st_makeenvelope st_makeline st_makepoint st_makepointm
st_makepolygon st_makevalid st_maxdistance st_memunion st_minimumboundingcircle st_minimumboundingradius st_multi
st_ndims st_node st_normalize st_npoints st_nrings st_numgeometries st_numinteriorrings st_numpatches st_numpoints
st_offsetcurve st_orderingequals st_orientedenvelope st_overlaps st_perimeter st_point st_pointfromgeohash
st_pointfromtext st_pointinsidecircle st_pointn st_pointonsurface st_points st_polygon st_polygonfromtext
st_polygonize st_project st_quantizecoordinates st_reduceprecision st_relate st_removepoint st_removerepeatedpoints
st_reverse st_rotate st_scale st_segmentize st_setpoint st_setsrid st_sharedpaths st_shiftlongitude st_shortestline
st_simplify st_simplifypreservetopology st_simplifyvw st_snap st_snaptogrid st_split st_square st_squaregrid st_srid
st_startpoint st_subdivide st_summary st_swapordinates st_symdifference st_tileenvelope st_touches st_transform
st_translate st_transscale st_unaryunion st_union st_voronoilines st_voronoipolygons st_within st_wrapx st_x st_xmax
st_xmin st_y st_ymax st_ymin st_z st_zmax st_zmflag st_zmin
"""
HASHES = "hashtext hashtextextended hashint2 hashint4 hashint8 hashfloat8 hashbpchar hash_array hash_numeric uuid_hash"
# Casts written as calls, and the internal names of types.
CASTS = """
abstime bit bool bpchar char cidr date decimal float4 float8 inet int2 int4 int8 interval macaddr macaddr8 money name
numeric oid regclass text time timestamp timestamptz timetz tsquery tsvector uuid varbit varchar
"""

ALLOWED = frozenset(
    "".join(
        (
            MATHS, TEXT, TIME, CONDITIONAL, AGGREGATES_AND_WINDOWS, ARRAYS_AND_SETS, JSON, RANGES, TEXT_SEARCH,
            ENUMS_UUIDS_NETWORK, GEOMETRY, XML, CATALOGUE, EXTENSIONS, MORE_EXTENSIONS, POSTGIS, " ", HASHES,
            CASTS,
        )
    ).split()
)  # fmt: skip
