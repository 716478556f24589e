/**
 * `askOnCpu` as a compute shader, one point per invocation: the same walk through the tree, the same filter, the same
 * order of numbers (`PointNumber`, `LookNumber`). Its buffers are filled by `packSource`.
 */
export const SHADER = /* wgsl */ `
struct Node { low: vec3f, link: i32, high: vec3f, count: u32 }
struct Triangle { a: vec3f, i: u32, b: vec3f, j: u32, c: vec3f, k: u32, normal: vec3f, part: u32 }
struct Use { first: u32, count: u32, at: u32, wraps: u32, to_u: vec4f, to_v: vec4f }
struct Look {
	color: vec3f, color_at: i32, emission: vec3f, occlusion: f32,
	metalness: f32, roughness: f32, bump: f32, alpha: f32, uses: array<Use, 5>
}
struct Mip { first: u32, width: u32, height: u32 }
struct Near { triangle: i32, b: f32, c: f32, away: f32 } // By nearest() squared.
override STRIDE: u32;
override NORMAL: u32;
override TANGENT: i32;
override FACING: f32;
override LEANING: f32;
override REACH: f32;
override NOT_MOVED: f32;
@group(0) @binding(0) var<storage, read> nodes: array<Node>;
@group(0) @binding(1) var<storage, read> triangles: array<Triangle>;
@group(0) @binding(2) var<storage, read> attributes: array<f32>;
@group(0) @binding(3) var<storage, read> looks: array<Look>;
@group(0) @binding(4) var<storage, read> texels: array<u32>;
@group(0) @binding(5) var<storage, read> points: array<f32>;
@group(0) @binding(6) var<storage, read_write> answers: array<f32>;
const FAR = 3e38;
const NONE = 0u; // A use without a texture has no mips.

fn box_distance2(node: u32, p: vec3f) -> f32 {
	let d = max(max(nodes[node].low - p, p - nodes[node].high), vec3f(0));
	return dot(d, d);
}

/** Weights of b and c, and the squared distance. Ericson 2005, 5.1.5. */
fn nearest_on_triangle(at: u32, p: vec3f) -> vec3f {
	let ab = triangles[at].b - triangles[at].a;
	let ac = triangles[at].c - triangles[at].a;
	let ap = p - triangles[at].a;
	let d1 = dot(ab, ap);
	let d2 = dot(ac, ap);
	let bc = dot(ab, ac);
	let d3 = d1 - dot(ab, ab);
	let d4 = d2 - bc;
	let d5 = d1 - bc;
	let d6 = d2 - dot(ac, ac);
	let va = d3 * d6 - d5 * d4;
	let vb = d5 * d2 - d1 * d6;
	let vc = d1 * d4 - d3 * d2;
	var w = vec2f(0);
	if (d1 <= 0 && d2 <= 0) { w = vec2f(0); }
	else if (d3 >= 0 && d4 <= d3) { w = vec2f(1, 0); }
	else if (d6 >= 0 && d5 <= d6) { w = vec2f(0, 1); }
	else if (vc <= 0 && d1 >= 0 && d3 <= 0) { w = vec2f(d1 / (d1 - d3), 0); }
	else if (vb <= 0 && d2 >= 0 && d6 <= 0) { w = vec2f(0, d2 / (d2 - d6)); }
	else if (va <= 0 && d4 - d3 >= 0 && d5 - d6 >= 0) {
		let c = (d4 - d3) / (d4 - d3 + (d5 - d6));
		w = vec2f(1 - c, c);
	}
	else if (va + vb + vc != 0) { w = vec2f(vb, vc) / (va + vb + vc); }
	let rest = ap - w.x * ab - w.y * ac;
	return vec3f(w, dot(rest, rest));
}

fn nearest(p: vec3f, facing: vec3f, cosine: f32) -> Near {
	var found = Near(-1, 0, 0, FAR);
	var stack: array<u32, STACK>;
	var reach: array<f32, STACK>;
	var top = 1u;
	stack[0] = 0;
	reach[0] = box_distance2(0, p);
	while (top > 0) {
		top--;
		if (reach[top] >= found.away) { continue; }
		let node = stack[top];
		let link = nodes[node].link;
		if (link < 0) {
			let end = u32(~link) + nodes[node].count;
			for (var at = u32(~link); at < end; at++) {
				if (dot(triangles[at].normal, facing) < cosine) { continue; }
				let near = nearest_on_triangle(at, p);
				if (near.z < found.away) { found = Near(i32(at), near.x, near.y, near.z); }
			}
			continue;
		}
		let left = box_distance2(node + 1, p);
		let right = box_distance2(u32(link), p);
		let left_first = left < right;
		stack[top] = select(node + 1, u32(link), left_first);
		reach[top] = max(left, right);
		top++;
		stack[top] = select(u32(link), node + 1, left_first);
		reach[top] = min(left, right);
		top++;
	}
	return found;
}

/** Along the line through p, at most so far away either way. */
fn along(p: vec3f, facing: vec3f, reach: f32) -> Near {
	var found = Near(-1, 0, 0, reach);
	var stack: array<u32, STACK>;
	var top = 1u;
	stack[0] = 0;
	let way = 1 / select(facing, vec3f(1e-9), abs(facing) < vec3f(1e-9));
	while (top > 0) {
		top--;
		let node = stack[top];
		let one = (nodes[node].low - p) * way;
		let other = (nodes[node].high - p) * way;
		let low = min(one, other);
		let high = max(one, other);
		let enters = max(low.x, max(low.y, low.z));
		let leaves = min(high.x, min(high.y, high.z));
		if (enters > leaves || enters > found.away || leaves < -found.away) { continue; }
		let link = nodes[node].link;
		if (link >= 0) {
			stack[top] = u32(link);
			stack[top + 1] = node + 1;
			top += 2;
			continue;
		}
		let end = u32(~link) + nodes[node].count;
		for (var at = u32(~link); at < end; at++) {
			if (dot(triangles[at].normal, facing) < LEANING) { continue; }
			let u = triangles[at].b - triangles[at].a;
			let v = triangles[at].c - triangles[at].a;
			let s = p - triangles[at].a;
			let across = cross(facing, v);
			let determinant = dot(u, across);
			if (determinant == 0) { continue; }
			let b = dot(s, across) / determinant;
			let up = cross(s, u);
			let c = dot(facing, up) / determinant;
			let away = abs(dot(v, up) / determinant);
			if (b < 0 || c < 0 || b + c > 1 || away >= found.away) { continue; }
			found = Near(i32(at), b, c, away);
		}
	}
	return found;
}

fn corner2(vertex: u32, at: u32) -> vec2f {
	return vec2f(attributes[vertex * STRIDE + at], attributes[vertex * STRIDE + at + 1]);
}
fn corner3(vertex: u32, at: u32) -> vec3f {
	return vec3f(corner2(vertex, at), attributes[vertex * STRIDE + at + 2]);
}
fn mix3(t: Triangle, at: u32, near: Near) -> vec3f {
	return (1 - near.b - near.c) * corner3(t.i, at) + near.b * corner3(t.j, at) + near.c * corner3(t.k, at);
}

fn wrapped(value: f32, wrap: u32) -> f32 {
	if (wrap == 2) { return clamp(value, 0, 1); }
	if (wrap == 0) { return fract(value); }
	let turn = value - 2 * floor(value / 2);
	return select(turn, 2 - turn, turn > 1);
}
fn neighbor(at: i32, size: i32, wrap: u32) -> u32 {
	if (wrap == 0) { return u32((at + size) % size); }
	return u32(clamp(at, 0, size - 1));
}
fn texel(mip: Mip, x: u32, y: u32, color: bool) -> vec4f {
	let value = unpack4x8unorm(texels[mip.first + y * mip.width + x]);
	if (!color) { return value; }
	let light = select(pow((value.xyz + 0.055) / 1.055, vec3f(2.4)), value.xyz / 12.92, value.xyz <= vec3f(0.04045));
	return vec4f(light, value.w);
}

fn filtered(t: Triangle, use_: Use, near: Near, footprint: f32, color: bool) -> vec4f {
	let p = corner2(t.j, use_.at) - corner2(t.i, use_.at);
	let q = corner2(t.k, use_.at) - corner2(t.i, use_.at);
	let place = vec3f(corner2(t.i, use_.at) + near.b * p + near.c * q, 1);
	let world = length(cross(t.b - t.a, t.c - t.a));
	let density = select(0, sqrt(abs(p.x * q.y - q.x * p.y) / world), world > 0);
	let turn = abs(use_.to_u.x * use_.to_v.y - use_.to_u.y * use_.to_v.x);
	let full = vec2f(f32(texels[use_.first + 1]), f32(texels[use_.first + 2]));
	let level = log2(max(1, footprint * density * sqrt(turn * full.x * full.y))) - 0.25;
	let at = use_.first + 3 * u32(clamp(floor(level + 0.5), 0, f32(use_.count - 1)));
	let mip = Mip(texels[at], texels[at + 1], texels[at + 2]);
	let wrap_u = use_.wraps & 3;
	let wrap_v = use_.wraps >> 2;
	let x = wrapped(dot(use_.to_u.xyz, place), wrap_u) * f32(mip.width) - 0.5;
	let y = wrapped(dot(use_.to_v.xyz, place), wrap_v) * f32(mip.height) - 0.5;
	let left = neighbor(i32(floor(x)), i32(mip.width), wrap_u);
	let right = neighbor(i32(floor(x)) + 1, i32(mip.width), wrap_u);
	let above = neighbor(i32(floor(y)), i32(mip.height), wrap_v);
	let below = neighbor(i32(floor(y)) + 1, i32(mip.height), wrap_v);
	let upper = mix(texel(mip, left, above, color), texel(mip, right, above, color), fract(x));
	let lower = mix(texel(mip, left, below, color), texel(mip, right, below, color), fract(x));
	return mix(upper, lower, fract(y));
}

/** The part of an axis that lies in the surface, unit length. */
fn flattened(axis: vec3f, up: vec3f) -> vec3f {
	let flat_ = axis - dot(axis, up) * up;
	let size = length(flat_);
	return select(flat_ / size, flat_, size == 0);
}

/** The axes of a normal map: tangents where there are some, else where u grows and v shrinks. */
fn bumped(t: Triangle, use_: Use, near: Near, up: vec3f, vector: vec3f) -> vec3f {
	var x: vec3f;
	var y: vec3f;
	if (TANGENT >= 0) {
		x = mix3(t, u32(TANGENT), near);
		y = cross(up, x) * attributes[t.i * STRIDE + u32(TANGENT) + 3];
	} else {
		let p = corner2(t.j, use_.at) - corner2(t.i, use_.at);
		let q = corner2(t.k, use_.at) - corner2(t.i, use_.at);
		let side = select(1.0, -1.0, p.x * q.y - q.x * p.y < 0);
		x = ((t.b - t.a) * q.y - (t.c - t.a) * p.y) * side;
		y = ((t.b - t.a) * q.x - (t.c - t.a) * p.x) * side;
	}
	return normalize(vector.x * flattened(x, up) + vector.y * flattened(y, up) + vector.z * up);
}

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(global_invocation_id) id: vec3u) {
	let first = id.x * POINT;
	if (first + POINT > arrayLength(&points)) { return; }
	let p = vec3f(points[first], points[first + 1], points[first + 2]);
	let facing = vec3f(points[first + 3], points[first + 4], points[first + 5]);
	let footprint = points[first + 6];
	var near = nearest(p, facing, FACING);
	if (near.triangle < 0) { near = nearest(p, facing, -2); }
	let moved = sqrt(near.away);
	if (moved > footprint * NOT_MOVED) {
		let straight = along(p, facing, REACH * moved);
		if (straight.triangle >= 0) { near = straight; }
	}
	let to = id.x * LOOK;
	answers[to + 16] = select(0.0, 1.0, near.triangle >= 0);
	if (near.triangle < 0) { return; }
	let t = triangles[near.triangle];
	let part = t.part;
	var color = vec4f(looks[part].color, abs(looks[part].alpha));
	if (looks[part].uses[0].count > NONE) { color *= filtered(t, looks[part].uses[0], near, footprint, true); }
	if (looks[part].color_at >= 0) { color *= vec4f(mix3(t, u32(looks[part].color_at), near), 1); }
	var rough_metal = vec2f(looks[part].roughness, looks[part].metalness);
	if (looks[part].uses[1].count > NONE) { rough_metal *= filtered(t, looks[part].uses[1], near, footprint, false).yz; }
	var occlusion = 1.0;
	if (looks[part].uses[2].count > NONE) {
		occlusion += looks[part].occlusion * (filtered(t, looks[part].uses[2], near, footprint, false).x - 1);
	}
	var emission = looks[part].emission;
	if (looks[part].uses[3].count > NONE) { emission *= filtered(t, looks[part].uses[3], near, footprint, true).xyz; }
	var up = mix3(t, NORMAL, near);
	up /= max(length(up), 1e-30);
	if (looks[part].uses[4].count > NONE) {
		let vector = filtered(t, looks[part].uses[4], near, footprint, false).xyz * 2 - 1;
		up = bumped(t, looks[part].uses[4], near, up, vector * vec3f(vec2f(looks[part].bump), 1));
	}
	var numbers = array(color.xyz, vec3f(occlusion, rough_metal), emission, up);
	for (var i = 0u; i < 12; i++) { answers[to + i] = numbers[i / 3][i % 3]; }
	answers[to + 12] = select(color.w, 1.0, looks[part].alpha < 0);
	var grain = vec3f(0);
	if (TANGENT >= 0) { grain = mix3(t, u32(TANGENT), near); }
	for (var i = 0u; i < 3; i++) { answers[to + 13 + i] = grain[i]; }
}`;
