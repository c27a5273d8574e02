package dev.orrery.docs;

import com.sun.source.doctree.DocCommentTree;
import com.sun.source.doctree.DocTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.util.DocTrees;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreePath;
import dev.orrery.testing.MainSources;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/** Reads Java sources with their documentation, by the compiler's parser. */
final class Sources {
  private static final Pattern CODE = Pattern.compile("\\{@code ([^}]*)}");
  private static final Pattern LINK = Pattern.compile("\\{@link #?([^}]*)}");

  private Sources() {}

  record Parsed(CompilationUnitTree unit, DocTrees docs) {

    /** Returns the only top-level type of the file. */
    ClassTree type() {
      return (ClassTree) unit.getTypeDecls().get(0);
    }

    /** Returns the documentation of a member as one line of Markdown, without its tags. */
    String documentation(TreePath path) {
      DocCommentTree comment = docs.getDocCommentTree(path);
      if (comment == null) {
        return "";
      }
      StringBuilder text = new StringBuilder();
      for (DocTree part : comment.getFullBody()) {
        text.append(part);
      }
      String oneLine = text.toString().replaceAll("\\s+", " ").strip();
      return LINK.matcher(CODE.matcher(oneLine).replaceAll("`$1`")).replaceAll("`$1`");
    }

    TreePath path(com.sun.source.tree.Tree tree) {
      return docs.getPath(unit, tree);
    }
  }

  static Parsed parse(Path file) {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
      JavacTask task =
          (JavacTask)
              compiler.getTask(
                  null, files, null, List.of("-proc:none"), null, files.getJavaFileObjects(file));
      CompilationUnitTree unit = task.parse().iterator().next();
      return new Parsed(unit, DocTrees.instance(task));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns the main sources of a program, of all modules below its folder, by file name. */
  static List<Path> find(Path program, String ending) {
    return MainSources.of(program).stream()
        .filter(file -> file.toString().endsWith(ending))
        .toList();
  }
}
