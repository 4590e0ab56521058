//! The root of a Merkle tree over the lines of standard input, in hexadecimal: SHA-256, with the byte 0 before a leaf
//! and the byte 1 before two nodes, as in RFC 6962. The exit status is 1 if there is no line.
//!
//! For Zig 0.16 and later: `std.Io`.
const std = @import("std");
const Io = std.Io;
const Sha256 = std.crypto.hash.sha2.Sha256;
const Digest = [Sha256.digest_length]u8;

fn leaf(line: []const u8) Digest {
    var hash: Sha256 = .init(.{});
    hash.update(&.{0});
    hash.update(line);
    return hash.finalResult();
}

fn node(left: Digest, right: Digest) Digest {
    var hash: Sha256 = .init(.{});
    hash.update(&.{1});
    hash.update(&left);
    hash.update(&right);
    return hash.finalResult();
}

/// The root over at least one leaf: the left half is the greatest power of two that is less than all.
fn root(leaves: []const Digest) Digest {
    if (leaves.len == 1) return leaves[0];
    const half = std.math.ceilPowerOfTwoAssert(usize, leaves.len) / 2;
    return node(root(leaves[0..half]), root(leaves[half..]));
}

pub fn main(init: std.process.Init) !u8 {
    const allocator = init.arena.allocator();
    var buffer: [4096]u8 = undefined;
    var file: Io.File.Reader = .initStreaming(.stdin(), init.io, &buffer);
    const text = try file.interface.allocRemaining(allocator, .unlimited);
    var leaves: std.ArrayList(Digest) = .empty;
    var lines = std.mem.splitScalar(u8, std.mem.trimEnd(u8, text, "\n"), '\n');
    if (text.len > 0) while (lines.next()) |line| try leaves.append(allocator, leaf(line));
    if (leaves.items.len == 0) {
        std.debug.print("there is no line\n", .{});
        return 1;
    }
    var room: [128]u8 = undefined;
    var out: Io.File.Writer = .initStreaming(.stdout(), init.io, &room);
    try out.interface.print("{x} of {d} lines\n", .{ root(leaves.items), leaves.items.len });
    try out.interface.flush();
    return 0;
}

test "one leaf is its own root, and three are two and one" {
    const three = [_]Digest{ leaf("a"), leaf("b"), leaf("c") };
    try std.testing.expectEqual(three[0], root(three[0..1]));
    try std.testing.expectEqual(node(node(three[0], three[1]), three[2]), root(&three));
}
