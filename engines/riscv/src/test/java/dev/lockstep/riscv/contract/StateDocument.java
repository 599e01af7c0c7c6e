package dev.lockstep.riscv.contract;

import dev.lockstep.proto.v1.StateField;
import dev.lockstep.proto.v1.StateGroup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;

/** docs/snapshots.md, as far as it names the fields of states. */
public final class StateDocument {
    private static final Path DOCUMENT = Path.of("../../docs/snapshots.md");

    private StateDocument() {}

    /** Returns the names of fields that the document does not have. */
    public static Set<String> lacking(StateGroup state) throws IOException {
        Set<String> names = new TreeSet<>();
        collect(state, names);
        String text = Files.readString(DOCUMENT);
        names.removeIf(name -> text.contains("`" + name + "`") || text.contains("." + name + "`"));
        names.removeIf(name -> name.matches("[xf][0-9]+"));
        return names;
    }

    private static void collect(StateGroup group, Set<String> names) {
        for (StateField field : group.getFieldsList()) {
            if (field.hasGroup()) {
                collect(field.getGroup(), names);
            } else if (field.hasList()) {
                names.add(field.getName());
                field.getList().getItemsList().forEach(item -> collect(item, names));
            } else {
                names.add(field.getName());
            }
        }
    }
}
