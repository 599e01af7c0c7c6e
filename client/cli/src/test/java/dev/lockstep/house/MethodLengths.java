package dev.lockstep.house;

import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.LineMap;
import com.sun.source.tree.MethodTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TreeScanner;
import com.sun.source.util.Trees;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/** Measures methods, in lines from the first of the signature to the closing brace. */
final class MethodLengths {
    private MethodLengths() {}

    /** Returns the longest length under each name, as {@code File.java#method}. */
    static Map<String, Integer> of(List<Path> sources) throws IOException {
        JavaCompiler javac = ToolProvider.getSystemJavaCompiler();
        try (StandardJavaFileManager files = javac.getStandardFileManager(null, null, null)) {
            var units = files.getJavaFileObjectsFromPaths(sources);
            var task =
                    (JavacTask)
                            javac.getTask(null, files, null, List.of("-proc:none"), null, units);
            SourcePositions positions = Trees.instance(task).getSourcePositions();
            Map<String, Integer> lengths = new TreeMap<>();
            for (CompilationUnitTree unit : task.parse()) {
                measure(unit, positions, lengths);
            }
            return lengths;
        }
    }

    private static void measure(
            CompilationUnitTree unit, SourcePositions positions, Map<String, Integer> lengths) {
        String file = Path.of(unit.getSourceFile().getName()).getFileName().toString();
        LineMap lines = unit.getLineMap();
        new TreeScanner<Void, Void>() {
            @Override
            public Void visitMethod(MethodTree method, Void unused) {
                long first = lines.getLineNumber(positions.getStartPosition(unit, method));
                long last = lines.getLineNumber(positions.getEndPosition(unit, method));
                lengths.merge(
                        file + "#" + method.getName(),
                        Math.toIntExact(last - first + 1),
                        Math::max);
                return super.visitMethod(method, null);
            }
        }.scan(unit, null);
    }
}
