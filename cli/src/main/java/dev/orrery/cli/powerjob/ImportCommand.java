package dev.orrery.cli.powerjob;

import dev.orrery.cli.ExitCode;
import dev.orrery.cli.GivenFile;
import dev.orrery.cli.UserException;
import dev.orrery.cli.client.ApiException;
import dev.orrery.cli.client.ClientOptions;
import dev.orrery.cli.client.CompletionNames;
import dev.orrery.cli.client.SchedulerClient;
import dev.orrery.cli.view.CommandOutput;
import dev.orrery.cli.view.OutputOptions;
import dev.orrery.protocol.text.ResourceText;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * {@code orrery powerjob import}: writes job files for the jobs of a PowerJob app, and applies them
 * on request.
 */
@Command(
    name = "import",
    description = {
      "Makes job files of the jobs of an app of PowerJob, and with --apply applies them.",
      "Jobs are imported disabled, so that none runs twice. With --apply they keep their numbers:"
          + " PowerJob clients and workers know them by these. A second import changes only what"
          + " has changed at PowerJob, and leaves enabled what you have enabled.",
      "Reads PowerJob's database (--jdbc), or a running server of 4.3 (--server); writes nothing"
          + " there, and reads no passwords."
    },
    mixinStandardHelpOptions = true)
public final class ImportCommand implements Callable<Integer> {
  private static final int MAX_PASSWORD_BYTES = 4096;

  @Parameters(
      paramLabel = "APP",
      completionCandidates = CompletionNames.Apps.class,
      description = "The app here; --apply creates it if it does not exist.")
  private String app;

  @Option(
      names = "--jdbc",
      paramLabel = "URL",
      description =
          "The database of PowerJob's server, its spring.datasource.core.jdbc-url: PostgreSQL,"
              + " MySQL, or the H2 file of a stopped server.")
  private String jdbc;

  @Option(names = "--user", paramLabel = "USER", description = "The user of the database.")
  private String user = "";

  @Option(
      names = "--driver",
      paramLabel = "JAR",
      description =
          "The JDBC driver, which is run as a program of yours; for example a jar of PowerJob's"
              + " lib folder. Default for PostgreSQL: that of the scheduler.")
  private Path driver;

  @Option(
      names = "--server",
      paramLabel = "URL",
      description = "A running PowerJob server of 4.3, such as http://powerjob.example:7700.")
  private URI server;

  @Option(
      names = "--name",
      paramLabel = "NAME",
      description = "The app at PowerJob, its appName; default: APP.")
  private String name;

  @Option(
      names = "--password-file",
      paramLabel = "FILE",
      description =
          "A file with the password of the database's user, or with --server of the app; - reads"
              + " standard input.")
  private Path passwordFile;

  @Option(
      names = "--zone",
      paramLabel = "ZONE",
      description =
          "The zone of cron expressions and times of the day, which is that of the machine of PowerJob's server, such"
              + " as Asia/Shanghai. Required if a job has one.")
  private String zone;

  @Option(
      names = "--directory",
      paramLabel = "DIRECTORY",
      description = "Where to write the files; default: here.")
  private Path directory = Path.of("");

  @Option(
      names = "--enable",
      description =
          "Enable the jobs that are enabled at PowerJob, and disable those that it no longer has. Stop"
              + " PowerJob's server before they are applied, or they run twice.")
  private boolean enables;

  @Option(
      names = "--apply",
      description = "Apply the files, after a dry run, and give the jobs their numbers.")
  private boolean applies;

  @Mixin private ClientOptions options;
  @Mixin private OutputOptions output;
  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    requireValid();
    ZoneId zoneId = zone();
    CommandOutput view = output.view(spec.commandLine());
    Consumer<String> progress = view::note;
    SchedulerClient client = null;
    ImportPlan plan;
    StoredNumbers stored = StoredNumbers.NONE;
    String unread = null;
    ImportFiles files = new ImportFiles(directory, app, progress);
    try (PowerJobSource source = source()) {
      try {
        client = options.client();
        stored = StoredNumbers.read(client, app);
      } catch (ApiException | UserException e) {
        if (applies) {
          throw e;
        }
        unread = e.getMessage();
      }
      plan = new ImportPlan(zoneId, enables, stored.names());
      source.jobs(job -> plan.add(job).ifPresent(files::add));
      source.workflows(plan::addWorkflow);
    }
    GoneJobs gone = new GoneJobs(client, app, plan);
    List<Path> written = files.finish();
    Map<String, List<String>> changes = Map.of();
    if (applies) {
      changes = new ImportApplier(client, plan, files, progress).apply(app, stored, gone, written);
    }
    Path numbers = files.writeNumbers(plan.numbers());
    ImportReport report = new ImportReport(app, plan, written, numbers, applies, changes);
    output.print(spec.commandLine(), report.json(), report::print);
    if (unread != null) {
      view.note(
          "The numbers of earlier imports cannot be read, so the jobs have the names of a first"
              + " import; do not apply these files to an app that was imported before. "
              + unread);
    }
    if (server != null) {
      view.note("PowerJob's server does not list its workflows; see its console.");
    }
    return ExitCode.OK;
  }

  private void requireValid() {
    if (!ResourceText.isName(app)) {
      throw UserException.usage("The name of the app '" + app + "' " + ResourceText.RULE + ".");
    }
    if ((jdbc == null) == (server == null)) {
      throw UserException.usage(
          "Name one place to read from: --jdbc for PowerJob's database, or --server for its"
              + " running server.");
    }
    if (!Files.isDirectory(directory.toAbsolutePath())) {
      throw UserException.usage(
          directory + " is not a directory. Create it, or choose another one.");
    }
  }

  private PowerJobSource source() {
    String appName = name == null ? app : name;
    String password =
        passwordFile == null
            ? ""
            : new GivenFile(passwordFile).read(MAX_PASSWORD_BYTES).stripTrailing();
    if (jdbc != null) {
      return PowerJobDatabase.open(new DatabaseAccess(jdbc, user, password, driver), appName);
    }
    if (server.getHost() == null || !Set.of("http", "https").contains(server.getScheme())) {
      throw UserException.usage(
          "--server must be a URL such as http://powerjob.example:7700, not '" + server + "'.");
    }
    if (password.isEmpty()) {
      throw UserException.usage("--server needs --password-file with the password of the app.");
    }
    return new PowerJobServer(server, appName, password);
  }

  private ZoneId zone() {
    try {
      return zone == null ? null : ZoneId.of(zone);
    } catch (DateTimeException e) {
      throw UserException.usage(
          "--zone '" + zone + "' is not a known time zone. Use one such as Asia/Shanghai or UTC.");
    }
  }
}
