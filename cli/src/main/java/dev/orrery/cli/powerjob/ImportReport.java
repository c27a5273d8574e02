package dev.orrery.cli.powerjob;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.orrery.cli.view.CommandOutput;
import dev.orrery.cli.view.NameList;
import dev.orrery.cli.view.TableCell;
import dev.orrery.cli.view.TextTable;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The result of an import, with a row for each job and workflow.
 *
 * @param numbers the file with the numbers of the jobs
 * @param applied whether the files were applied
 * @param changes names of jobs by change
 */
record ImportReport(
    String app,
    ImportPlan plan,
    List<Path> files,
    Path numbers,
    boolean applied,
    Map<String, List<String>> changes) {
  ObjectNode json() {
    ObjectNode json = JsonNodeFactory.instance.objectNode().put("app", app);
    files.forEach(file -> json.withArray("files").add(file.toString()));
    json.put("numbers", numbers.toString()).put("applied", applied);
    ObjectNode counts = json.putObject("changes");
    changes.forEach((change, names) -> counts.put(change, names.size()));
    add(json, "jobs", Stream.concat(plan.jobs().stream(), plan.gone().stream()).toList());
    add(json, "workflows", plan.workflows());
    return json;
  }

  private static void add(ObjectNode json, String field, Collection<ImportRow> rows) {
    json.putArray(field);
    for (ImportRow row : rows) {
      json.withArray(field)
          .addObject()
          .put("number", row.number())
          .put("jobName", row.powerJobName())
          .put("name", row.job())
          .put("result", row.text());
    }
  }

  void print(CommandOutput view) {
    TextTable table = new TextTable("NUMBER", "POWERJOB NAME", "JOB", "RESULT").wrapping();
    plan.jobs().forEach(row -> add(table, row, row.job() == null ? "" : row.job()));
    plan.gone().forEach(row -> add(table, row, row.job()));
    plan.workflows().forEach(row -> add(table, row, "(workflow)"));
    table.lines(view.terminal()).forEach(view::print);
    long imported = plan.jobs().stream().filter(ImportRow::isImported).count();
    view.print(
        imported
            + " jobs imported, "
            + (plan.jobs().size() - imported)
            + " refused, "
            + (plan.gone().isEmpty() ? "" : plan.gone().size() + " no longer at PowerJob, ")
            + plan.workflows().size()
            + " workflows not imported");
    if (!applied) {
      view.print(
          "Written: "
              + files.get(0)
              + (files.size() == 1 ? "" : " to " + files.get(files.size() - 1))
              + " and "
              + numbers
              + ". Look at them; the same command with --apply applies them.");
    } else {
      List<String> updated = names("update");
      view.print(
          "app "
              + app
              + ": "
              + names("create").size()
              + " created, "
              + updated.size()
              + " updated, "
              + names("none").size()
              + " unchanged");
      if (!updated.isEmpty()) {
        view.print("Updated: " + NameList.of(updated));
      }
    }
  }

  private List<String> names(String change) {
    return changes.getOrDefault(change, List.of());
  }

  private static void add(TextTable table, ImportRow row, String job) {
    table.add(
        TableCell.of(Long.toString(row.number())),
        TableCell.of(row.powerJobName()),
        TableCell.of(job),
        TableCell.of(row.text()));
  }
}
