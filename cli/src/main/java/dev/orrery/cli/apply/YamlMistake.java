package dev.orrery.cli.apply;

import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;

/** The sentence for a file that is not YAML. */
final class YamlMistake {
  private YamlMistake() {}

  static String message(String file, MarkedYAMLException mistake) {
    Mark mark = mistake.getProblemMark();
    return file
        + (mark == null
            ? ""
            : ", line " + (mark.getLine() + 1) + ", column " + (mark.getColumn() + 1))
        + ": "
        + problem(mistake);
  }

  private static String problem(MarkedYAMLException mistake) {
    String problem = String.valueOf(mistake.getProblem());
    if (problem.contains("\\t")) {
      return "a tab; YAML is indented with spaces";
    }
    if (problem.startsWith("mapping values are not allowed here")) {
      return "a ': ' that begins no field here; indent the line as its neighbours, or quote the"
          + " text";
    }
    String context = String.valueOf(mistake.getContext());
    if (context.equals("while scanning an alias")) {
      return YamlSubset.notSupported("an alias (*)");
    }
    if (context.equals("while scanning an anchor")) {
      return YamlSubset.notSupported("an anchor (&)");
    }
    Mark begin = mistake.getContextMark();
    if (problem.startsWith("expected <block end>") && begin != null) {
      return "the indentation does not fit the block that begins in line "
          + (begin.getLine() + 1)
          + " at column "
          + (begin.getColumn() + 1);
    }
    return mistake.getContext() == null ? problem : mistake.getContext() + ": " + problem;
  }
}
