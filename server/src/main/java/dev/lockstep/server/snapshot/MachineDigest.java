package dev.lockstep.server.snapshot;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;

import dev.lockstep.proto.v1.GuestState;
import dev.lockstep.proto.v1.MappedRange;
import dev.lockstep.proto.v1.StateField;
import dev.lockstep.proto.v1.StateGroup;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Comparator;
import java.util.List;

/**
 * What a guest is beside the content of its memory, as one SHA-256: step, pc, blocks, mappings and
 * machine. The fields of a group are taken by their names, so their order does not matter. Numbers
 * are 8 bytes, big-endian; whatever varies in length follows its length; a value follows the number
 * of its kind in guest.proto.
 */
final class MachineDigest {
    private static final Comparator<StateField> BY_NAME = Comparator.comparing(StateField::getName);

    private final MessageDigest sha256 = Hash.sha256();

    private MachineDigest() {}

    static ByteString of(GuestState state) {
        MachineDigest digest = new MachineDigest();
        digest.add(state);
        return UnsafeByteOperations.unsafeWrap(digest.sha256.digest());
    }

    private void add(GuestState state) {
        add(state.getStep());
        add(state.getPc());
        add(state.getBlockCount());
        add(state.getMappingsCount());
        for (MappedRange range : state.getMappingsList()) {
            add(range.getAddress());
            add(range.getLengthBytes());
            add(range.getPermissions());
        }
        add(state.getMachine());
    }

    private void add(StateGroup group) {
        add(group.getFieldsCount());
        group.getFieldsList().stream().sorted(BY_NAME).forEach(this::add);
    }

    private void add(StateField field) {
        add(field.getName());
        add(field.getValueCase().getNumber());
        switch (field.getValueCase()) {
            case NUMBER -> add(field.getNumber());
            case TEXT -> add(field.getText());
            case DATA -> add(field.getData().toByteArray());
            case GROUP -> add(field.getGroup());
            case LIST -> add(field.getList().getItemsList());
            case VALUE_NOT_SET -> {} // No state that is kept has it.
        }
    }

    private void add(List<StateGroup> items) {
        add(items.size());
        items.forEach(this::add);
    }

    private void add(String text) {
        add(text.getBytes(StandardCharsets.UTF_8));
    }

    private void add(byte[] bytes) {
        add(bytes.length);
        sha256.update(bytes);
    }

    private void add(long number) {
        for (int shift = Long.SIZE - Byte.SIZE; shift >= 0; shift -= Byte.SIZE) {
            sha256.update((byte) (number >>> shift));
        }
    }
}
