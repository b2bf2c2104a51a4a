"""Functions of MySQL 8 and MariaDB 10.11 that only compute.

From both manuals and `information_schema.sql_functions`, read by hand. Left out on purpose: sleep and benchmark (wait),
the *_lock and *_pos_wait families, load_file, uuid_short, nextval and setval (state of the server), password and the
des_ family (key files), decode_histogram (value statistics). `last_insert_id` is allowed without an argument only.
"""

MATHS = """
abs acos asin atan atan2 ceil ceiling conv cos cot crc32 crc32c degrees exp floor greatest least ln log log10 log2 mod
oct pi pow power radians rand round sign sin sqrt tan truncate bit_count
"""
TEXT = """
ascii bin bit_length char char_length character_length chr coercibility collation charset compress concat concat_ws
elt export_set field find_in_set format from_base64 hex insert instr lcase left length lengthb like locate lower lpad
ltrim make_set match mid natural_sort_key octet_length ord position quote regexp_instr regexp_like regexp_replace
regexp_substr repeat replace reverse right rpad rtrim sformat soundex space strcmp substr substring substring_index
to_base64 trim ucase uncompress uncompressed_length unhex upper weight_string extractvalue updatexml regexp
"""
TIME = """
add_months adddate addtime convert_tz curdate current_date current_time current_timestamp curtime date date_add
date_format date_sub datediff day dayname dayofmonth dayofweek dayofyear extract from_days from_unixtime get_format
hour last_day localtime localtimestamp makedate maketime microsecond minute month monthname now period_add period_diff
quarter sec_to_time second str_to_date subdate subtime sysdate time time_format time_to_sec timediff timestamp
timestampadd timestampdiff to_char to_days to_seconds unix_timestamp utc_date utc_time utc_timestamp week weekday
weekofyear year yearweek
"""
CONDITIONAL = """
coalesce decode_oracle if ifnull interval isnull nullif nvl nvl2 cast convert default grouping any_value
"""
AGGREGATES_AND_WINDOWS = """
avg bit_and bit_or bit_xor count cume_dist dense_rank first_value group_concat json_arrayagg json_objectagg lag
last_value lead max median min nth_value ntile percent_rank percentile_cont percentile_disc rank row_number std stddev
stddev_pop stddev_samp sum var_pop var_samp variance
"""
JSON = """
json_array json_array_append json_array_insert json_array_intersect json_arrayagg json_compact json_contains
json_contains_path json_depth json_detailed json_equals json_exists json_extract json_insert json_key_value json_keys
json_length json_loose json_merge json_merge_patch json_merge_preserve json_normalize json_object
json_object_filter_keys json_object_to_array json_overlaps json_pretty json_query json_quote json_remove json_replace
json_schema_valid json_schema_validation_report json_search json_set json_storage_free json_storage_size json_table
json_type json_unquote json_valid json_value column_add column_check column_create column_delete column_exists
column_get column_json column_list member
"""
HASHES_AND_IDS = """
aes_decrypt aes_encrypt md5 random_bytes sha sha1 sha2 bin_to_uuid is_uuid uuid uuid_to_bin sys_guid inet6_aton
inet6_ntoa inet_aton inet_ntoa is_ipv4 is_ipv4_compat is_ipv4_mapped is_ipv6
"""
SESSION_READS = """
connection_id current_role current_user database found_rows last_insert_id row_count schema session_user system_user
user version
"""
GEOMETRY = """
geometry geometrycollection geomcollection linestring multilinestring multipoint multipolygon point polygon st_area
st_asbinary st_asgeojson st_astext st_aswkb st_aswkt st_boundary st_buffer st_centroid st_contains st_convexhull
st_crosses st_difference st_dimension st_disjoint st_distance st_distance_sphere st_endpoint st_envelope st_equals
st_exteriorring st_geohash st_geomfromgeojson st_geomfromtext st_geomfromwkb st_geometryfromtext st_geometryn
st_geometrytype st_interiorringn st_intersection st_intersects st_isclosed st_isempty st_isring st_issimple st_isvalid
st_latfromgeohash st_latitude st_length st_linefromtext st_longfromgeohash st_longitude st_makeenvelope
st_numgeometries st_numinteriorrings st_numpoints st_overlaps st_pointfromgeohash st_pointfromtext st_pointn
st_pointonsurface st_polyfromtext st_polygonfromtext st_relate st_simplify st_srid st_startpoint st_swapxy
st_symdifference st_touches st_transform st_union st_validate st_within st_x st_y mbrcontains mbrcoveredby mbrcovers
mbrdisjoint mbrequal mbrequals mbrintersects mbroverlaps mbrtouches mbrwithin
"""
# Types as written in CAST, CONVERT, JSON_TABLE and column definitions.
CASTS = "binary unsigned signed datetime nchar nvarchar"

ALLOWED = frozenset(
    "".join(
        (
            MATHS, TEXT, TIME, CONDITIONAL, AGGREGATES_AND_WINDOWS, JSON, HASHES_AND_IDS, SESSION_READS, GEOMETRY,
            CASTS,
        )
    ).split()
)  # fmt: skip
