-- A type written in SQL is out of reach, so both are texts underneath: their modifiers are accepted and forgotten.
create type geometry;
create function geometry_in(cstring) returns geometry language internal immutable strict parallel safe as 'textin';
create function geometry_out(geometry) returns cstring language internal immutable strict parallel safe as 'textout';
create function geometry_typmod_in(cstring[]) returns integer language sql immutable strict as 'select 4326';
create type geometry (
  input = geometry_in, output = geometry_out, typmod_in = geometry_typmod_in, internallength = variable,
  storage = extended
);
create type geography;
create function geography_in(cstring) returns geography language internal immutable strict parallel safe as 'textin';
create function geography_out(geography) returns cstring language internal immutable strict parallel safe
  as 'textout';
create type geography (
  input = geography_in, output = geography_out, typmod_in = geometry_typmod_in, internallength = variable,
  storage = extended
);
create cast (text as geometry) without function as assignment;
create cast (geometry as text) without function as assignment;
create cast (text as geography) without function as assignment;
create cast (geography as text) without function as assignment;
create cast (geometry as geography) without function as implicit;
create cast (geography as geometry) without function as assignment;
create function postgis_version() returns text language sql immutable as $$ select '3.3'::text $$;
create function st_makepoint(x float8, y float8) returns geometry language sql immutable strict
  as $$ select ('POINT(' || x || ' ' || y || ')')::text::@extschema@.geometry $$;
create function st_point(x float8, y float8) returns geometry language sql immutable strict
  as $$ select @extschema@.st_makepoint(x, y) $$;
create function st_setsrid(shape geometry, srid int) returns geometry language sql immutable strict
  as $$ select shape $$;
create function st_geomfromtext(shape text, srid int default 0) returns geometry language sql immutable strict
  as $$ select shape::@extschema@.geometry $$;
create function st_geogfromtext(shape text) returns geography language sql immutable strict
  as $$ select shape::@extschema@.geography $$;
create function st_astext(shape geometry) returns text language sql immutable strict as $$ select shape::text $$;
create function st_astext(shape geography) returns text language sql immutable strict as $$ select shape::text $$;
create function st_asgeojson(shape geometry) returns text language sql immutable strict as $$ select '{}'::text $$;
create function st_asgeojson(shape geography) returns text language sql immutable strict as $$ select '{}'::text $$;
create function st_x(shape geometry) returns float8 language sql immutable strict as $$ select 0::float8 $$;
create function st_y(shape geometry) returns float8 language sql immutable strict as $$ select 0::float8 $$;
create function st_distance(one geometry, two geometry) returns float8 language sql immutable strict
  as $$ select 0::float8 $$;
create function st_distance(one geography, two geography, spheroid boolean default true) returns float8
  language sql immutable strict as $$ select 0::float8 $$;
create function st_dwithin(one geometry, two geometry, distance float8) returns boolean language sql immutable strict
  as $$ select true $$;
create function st_dwithin(one geography, two geography, distance float8, spheroid boolean default true)
  returns boolean language sql immutable strict as $$ select true $$;
create function st_contains(one geometry, two geometry) returns boolean language sql immutable strict
  as $$ select true $$;
create function st_within(one geometry, two geometry) returns boolean language sql immutable strict
  as $$ select true $$;
create function st_intersects(one geometry, two geometry) returns boolean language sql immutable strict
  as $$ select true $$;
create function st_intersects(one geography, two geography) returns boolean language sql immutable strict
  as $$ select true $$;
create function st_buffer(shape geometry, radius float8) returns geometry language sql immutable strict
  as $$ select shape $$;
create function st_makeenvelope(x1 float8, y1 float8, x2 float8, y2 float8, srid int default 0) returns geometry
  language sql immutable strict as $$ select 'POLYGON EMPTY'::text::@extschema@.geometry $$;
create function st_transform(shape geometry, srid int) returns geometry language sql immutable strict
  as $$ select shape $$;
create function st_centroid(shape geometry) returns geometry language sql immutable strict as $$ select shape $$;
create function st_centroid(shape geography, spheroid boolean default true) returns geography
  language sql immutable strict as $$ select shape $$;
create function st_envelope(shape geometry) returns geometry language sql immutable strict as $$ select shape $$;
create function st_makevalid(shape geometry) returns geometry language sql immutable strict as $$ select shape $$;
create function st_makeline(one geometry, two geometry) returns geometry language sql immutable strict
  as $$ select one $$;
create function st_collect(one geometry, two geometry) returns geometry language sql immutable
  as $$ select coalesce(one, two) $$;
create aggregate st_collect(geometry) (sfunc = st_collect, stype = geometry);
create function st_union(one geometry, two geometry) returns geometry language sql immutable
  as $$ select coalesce(one, two) $$;
create aggregate st_union(geometry) (sfunc = st_union, stype = geometry);
create function st_srid(shape geometry) returns int language sql immutable strict as $$ select 4326 $$;
create function st_isvalid(shape geometry) returns boolean language sql immutable strict as $$ select true $$;
create function st_geometrytype(shape geometry) returns text language sql immutable strict
  as $$ select 'ST_Point'::text $$;
create function st_area(shape geometry) returns float8 language sql immutable strict as $$ select 0::float8 $$;
create function st_area(shape geography, spheroid boolean default true) returns float8
  language sql immutable strict as $$ select 0::float8 $$;
create function st_length(shape geometry) returns float8 language sql immutable strict as $$ select 0::float8 $$;
create function st_length(shape geography, spheroid boolean default true) returns float8
  language sql immutable strict as $$ select 0::float8 $$;
create function st_covers(one geometry, two geometry) returns boolean language sql immutable strict
  as $$ select true $$;
create function st_covers(one geography, two geography) returns boolean language sql immutable strict
  as $$ select true $$;
create function st_clusterdbscan(shape geometry, eps float8, minpoints int) returns int window
  language internal immutable as 'window_rank';
create function geometry_overlaps(one geometry, two geometry) returns boolean language sql immutable strict
  as $$ select true $$;
create operator && (leftarg = geometry, rightarg = geometry, function = geometry_overlaps);
create operator <-> (leftarg = geometry, rightarg = geometry, function = st_distance);
create function geography_distance_knn(one geography, two geography) returns float8 language sql immutable strict
  as $$ select 0::float8 $$;
create operator <-> (leftarg = geography, rightarg = geography, function = geography_distance_knn);
-- An index can be made over shapes; the library of btree_gist keeps it by their texts, and no operator uses it.
create type box2df;
create function box2df_in(cstring) returns box2df language internal immutable strict as 'byteain';
create function box2df_out(box2df) returns cstring language internal immutable strict as 'byteaout';
create type box2df (input = box2df_in, output = box2df_out, internallength = variable, alignment = int4);
create function shape_consistent(internal, text, smallint, oid, internal) returns boolean language c immutable strict
  as '$libdir/btree_gist', 'gbt_text_consistent';
create function shape_union(internal, internal) returns box2df language c immutable strict
  as '$libdir/btree_gist', 'gbt_text_union';
create function shape_compress(internal) returns internal language c immutable strict
  as '$libdir/btree_gist', 'gbt_text_compress';
create function shape_decompress(internal) returns internal language c immutable strict
  as '$libdir/btree_gist', 'gbt_var_decompress';
create function shape_penalty(internal, internal, internal) returns internal language c immutable strict
  as '$libdir/btree_gist', 'gbt_text_penalty';
create function shape_picksplit(internal, internal) returns internal language c immutable strict
  as '$libdir/btree_gist', 'gbt_text_picksplit';
create function shape_same(box2df, box2df, internal) returns internal language c immutable strict
  as '$libdir/btree_gist', 'gbt_text_same';
create operator class gist_geometry_ops_2d default for type geometry using gist as
  function 1 shape_consistent(internal, text, smallint, oid, internal), function 2 shape_union(internal, internal),
  function 3 shape_compress(internal), function 4 shape_decompress(internal),
  function 5 shape_penalty(internal, internal, internal), function 6 shape_picksplit(internal, internal),
  function 7 shape_same(box2df, box2df, internal), storage box2df;
create operator class gist_geography_ops default for type geography using gist as
  function 1 shape_consistent(internal, text, smallint, oid, internal), function 2 shape_union(internal, internal),
  function 3 shape_compress(internal), function 4 shape_decompress(internal),
  function 5 shape_penalty(internal, internal, internal), function 6 shape_picksplit(internal, internal),
  function 7 shape_same(box2df, box2df, internal), storage box2df;
