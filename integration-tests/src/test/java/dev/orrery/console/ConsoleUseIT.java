package dev.orrery.console;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.BoundingBox;
import dev.orrery.it.harness.Api;
import dev.orrery.it.harness.AtNight;
import dev.orrery.it.harness.Stack;
import dev.orrery.protocol.WorkerOperation;
import dev.orrery.testing.program.Await;
import java.io.IOException;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Uses the console as a person does: signs in, creates, runs, cancels, retries, edits, backfills
 * and pauses.
 */
@Tag("thorough")
@AtNight
class ConsoleUseIT {
  private static final String NOOP = "\"processor\":{\"type\":\"noop\"}";
  private static final String REFUSED = "401";
  private static final String TURNS_TEXT = "\u202e";
  private static final String ESCAPE = "\u001b";

  /** Returns all texts of a page, including tooltips and texts for screen readers. */
  private static final String ALL_WORDS =
      """
      () => [...document.querySelectorAll('[title], [aria-label]')]
        .flatMap(one => [one.getAttribute('title'), one.getAttribute('aria-label')])
        .concat(document.title, document.body.innerText).join('\\n')
      """;

  @RegisterExtension static final ConsoleSetup CONSOLE = new ConsoleSetup("console-use");

  private static String newLink() throws IOException {
    return CONSOLE.api().call("POST", "/session/links", "{}").body().get("link").asText();
  }

  private static Window signedIn() {
    Window window = CONSOLE.window();
    window.signIn(CONSOLE.api().token());
    return window;
  }

  private static Locator document(Window window) {
    return document(window, "Definition");
  }

  private static Locator document(Window window, String name) {
    return window.page().getByRole(AriaRole.TEXTBOX, new Page.GetByRoleOptions().setName(name));
  }

  private static String jobPage(String job) {
    return "apps/" + Stack.APP + "/jobs/" + job;
  }

  @Test
  void signsInOnceByLinkAndRemovesLinkFromAddress() throws IOException {
    String link = newLink();
    Window window = CONSOLE.window();
    window.open("sign-in#link=" + link);
    window.awaitTitle("Overview");
    assertThat(window.page().url()).doesNotContain(link);
    assertThat(window.page().evaluate("() => history.state + document.referrer").toString())
        .doesNotContain(link);
    // The question whether there is a session.
    window.expectFaults(REFUSED);

    Window second = CONSOLE.window();
    second.open("sign-in#link=" + link);
    assertThat(second.page().getByRole(AriaRole.ALERT)).containsText("link");
    assertThat(second.page().url()).doesNotContain(link);
    second.expectFaults(REFUSED);
  }

  @Test
  void asksBeforeLinkReplacesExistingSession() throws IOException {
    String token =
        CONSOLE
            .api()
            .call("POST", "/apps/" + Stack.APP + "/tokens", "{\"role\":\"viewer\"}")
            .body()
            .get("token")
            .asText();
    Window viewer = CONSOLE.window();
    viewer.signIn(token);
    Window cookieOnly = CONSOLE.window();
    cookieOnly.takeSession(viewer);

    for (Window window : List.of(viewer, cookieOnly)) {
      String link = newLink();
      window.open("sign-in#link=" + link);
      window.awaitText("Replace your session?");
      assertThat(window.page().url()).doesNotContain(link);
      window.awaitText("Viewer of " + Stack.APP);
      window.button("Stay signed in").click();
      window.awaitTitle("Overview");
      assertThat(role(window)).isEqualTo("viewer");
    }

    viewer.open("sign-in#link=" + newLink());
    viewer.button("Sign in with the link").click();
    viewer.awaitTitle("Overview");
    assertThat(role(viewer)).isEqualTo("admin");
  }

  private static String role(Window window) {
    return window
        .page()
        .evaluate("() => fetch('/api/v1/session').then(r => r.json()).then(s => s.role)")
        .toString();
  }

  @Test
  void hidesTokenFromStorageAndCookieFromScripts() {
    Window window = signedIn();

    assertThat(
            window
                .page()
                .evaluate(
                    "() => JSON.stringify([{...localStorage}, {...sessionStorage},"
                        + " document.cookie, document.documentElement.outerHTML])")
                .toString())
        .doesNotContain(CONSOLE.api().token())
        .doesNotContain("orrery_session");
  }

  @Test
  void refusesWrongTokenWithMessageAtTheField() {
    Window window = CONSOLE.window();
    window.open("sign-in");
    window.page().getByLabel("Token").fill("no-token-of-anyone");
    window.button("Sign in").click();

    assertThat(window.page().getByRole(AriaRole.ALERT)).isVisible();
    assertThat(window.page().getByLabel("Token")).isFocused();
    window.expectFaults(REFUSED);
  }

  @Test
  void endsSessionOnSignOutAndTokenRevocation() throws IOException {
    Window window = signedIn();
    JsonNode made =
        CONSOLE
            .api()
            .call("POST", "/apps/" + Stack.APP + "/tokens", "{\"role\":\"operator\"}")
            .body();
    Window operator = CONSOLE.window();
    operator.signIn(made.get("token").asText());

    CONSOLE.api().call("DELETE", "/apps/" + Stack.APP + "/tokens/" + made.get("id").asText(), null);
    assertThat(operator.sessionStatus()).isEqualTo(401);
    assertThat(operator.dialog()).containsText("The session has ended");
    operator.dialogButton("Go to the sign-in page").click();
    assertThat(operator.dialog()).hasCount(0);
    assertThat(operator.button("Sign in")).isVisible();
    operator.expectFaults(REFUSED);

    Window sameSession = CONSOLE.window();
    sameSession.takeSession(window);
    assertThat(sameSession.sessionStatus()).isEqualTo(200);
    window.page().locator(".side .menu summary").click();
    window.button("Sign out").click();
    assertThat(window.button("Sign in")).isVisible();
    assertThat(sameSession.sessionStatus()).isEqualTo(401);
    window.open("apps/" + Stack.APP + "/jobs");
    assertThat(window.button("Sign in")).isVisible();
  }

  @Test
  void navigatesFromRunToFailedPartAndBackByKeyboard() throws IOException {
    CONSOLE
        .api()
        .putJob(
            Stack.APP,
            "divided",
            "{\"processor\":{\"type\":\"shell\",\"script\":\"echo shard"
                + " $ORRERY_PARAM_shardIndex; test $ORRERY_PARAM_shardIndex != 1\"},"
                + "\"fanOut\":{\"type\":\"shards\",\"count\":3,\"tolerate\":1}}");
    String id = CONSOLE.api().run(Stack.APP, "divided");
    CONSOLE.api().awaitState(id, "SUCCEEDED", Duration.ofSeconds(30));
    Window window = signedIn();
    window.open("apps/" + Stack.APP + "/runs?job=divided");
    window.awaitText("3/3 parts ended, 1 failed");

    window.open("runs/" + id);
    window.awaitRunState("Succeeded");
    assertThat(window.row("Part 1")).containsText("exit code 1");
    assertThat(window.row("Part 0")).hasCount(0);
    Locator all = window.page().getByRole(AriaRole.LINK).filter(having("All 3"));
    window.tabTo(all);
    window.page().keyboard().press("Enter");
    assertThat(window.row("Part 0")).isVisible();
    Locator part = window.link("Part 1");
    window.tabTo(part);
    window.page().keyboard().press("Enter");

    window.awaitRunState("Failed");
    window.awaitText("Part 1 of 3");
    window.awaitText("shard 1");
    window.page().locator(".crumbs a").filter(having(id)).click();
    window.awaitRunState("Succeeded");
  }

  @Test
  void navigatesFromFlowToFailedNodeAndRetriesFromItByKeyboard() {
    String broken = "{\"processor\":{\"type\":\"shell\",\"script\":\"echo cents; exit 3\"}}";
    CONSOLE.api().putJob(Stack.APP, "step", "{" + NOOP + "}");
    CONSOLE.api().putJob(Stack.APP, "billing", broken);
    CONSOLE
        .api()
        .putJob(
            Stack.APP,
            "closing",
            """
            {"processor": {"type": "flow", "nodes": [
              {"name": "fetch", "job": "step"},
              {"name": "bill", "job": "billing", "needs": ["fetch"]},
              {"name": "alert", "job": "step", "needs": ["bill"], "when": "failed"},
              {"name": "report", "job": "step", "needs": ["fetch", "bill"]}]}}
            """);
    String id = CONSOLE.api().run(Stack.APP, "closing");
    CONSOLE.api().awaitState(id, "FAILED", Duration.ofSeconds(30));
    Window window = signedIn();
    window.open("apps/" + Stack.APP + "/runs?job=closing");
    window.awaitText("1 of 4 nodes failed: bill");

    window.open("runs/" + id);
    window.awaitRunState("Failed");
    assertThat(window.row("alert")).containsText("Succeeded");
    assertThat(window.row("report")).containsText("Skipped");
    assertThat(window.row("bill").first()).containsText("exit code 3");
    window.page().evaluate("() => (window.isSamePage = true)");
    window.tabTo(window.page().locator("a.flow-node").filter(having("billing")));
    window.page().keyboard().press("Enter");
    window.awaitText("Node bill of closing");
    window.awaitText("cents");
    assertThat(window.page().evaluate("() => window.isSamePage")).isEqualTo(true);

    CONSOLE.api().putJob(Stack.APP, "billing", "{" + NOOP + "}");
    window.page().locator(".crumbs a").filter(having(id)).click();
    window.tabTo(window.button("Retry from failed"));
    window.page().keyboard().press("Enter");
    window.dialogButton("Retry from failed").click();
    window.awaitRunState("Succeeded");
    assertThat(window.row("fetch").first()).containsText("reused");
    assertThat(window.row("alert")).containsText("Skipped");
  }

  private static Locator.FilterOptions having(String text) {
    return new Locator.FilterOptions().setHasText(text);
  }

  @Test
  void keepsMenuOpenOnClickOnWordOrEdge() {
    Window window = signedIn();
    window.link("Runs").click();
    Locator states = window.page().locator(".filter-menu");
    states.locator("summary").click();
    states.locator("label span").filter(having("Failed")).click();
    window.page().waitForURL(Pattern.compile(".*[?&]state=FAILED.*"));
    assertThat(states.locator(".menu-box")).isVisible();

    Locator actions = window.page().locator(".page-menu:not(.filter-menu)");
    actions.locator("summary").click();
    assertThat(states.locator(".menu-box")).isHidden();
    Locator box = actions.locator(".menu-box");
    box.click(new Locator.ClickOptions().setPosition(2, 2));
    assertThat(box).isVisible();
    window.button("Export as JSON").click();
    assertThat(box).isHidden();
    assertThat(actions.locator("summary")).isFocused();
    window.assertQuiet();
  }

  @Test
  void createsRunsFollowsCancelsAndRetriesJob() {
    Window window = signedIn();
    window.link("Jobs").click();
    window.link("New job").click();
    window.awaitTitle("New job");
    window
        .page()
        .getByLabel("Document (YAML)")
        .fill(
            """
            name: counts
            processor:
              type: shell
              script: |
                for i in 1 2 3; do echo "line $i of the log"; sleep 0.2; done
                exec sleep 300
            """);
    window.awaitText("Valid: makes a new job.");
    window.button("Create job").click();
    window.awaitTitle("counts");

    window.button("Run now").click();
    window.dialogButton("Run now").click();
    window.page().locator(".toast a").click();
    window.awaitRunState("Running");
    window.awaitText("line 3 of the log");
    String first = CONSOLE.api().instances(Stack.APP, "counts").get(0).get("id").asText();
    window.awaitRun(first);

    window.button("Cancel run").click();
    assertThat(window.dialogButton("Cancel")).isFocused();
    window.dialogButton("Cancel run").click();
    window.awaitRunState("Canceled");
    assertThat(window.row("canceled by a user")).hasCount(1);
    assertThat(window.page().locator(".run-error")).hasCount(0);
    assertThat(CONSOLE.api().instance(first).get("error").isNull()).isTrue();

    window.button("Retry").click();
    assertThat(window.dialogButton("Retry")).isFocused();
    window.dialogButton("Retry").click();
    window.awaitRunState("Running");
    JsonNode second = CONSOLE.api().instances(Stack.APP, "counts").get(0);
    window.awaitRun(second.get("id").asText());
    assertThat(second.get("retryOf").asText()).isEqualTo(first);
    CONSOLE.api().cancel(second.get("id").asText());
    window.awaitRunState("Canceled");
  }

  @Test
  void showsAndMergesConcurrentEditsOfJob() {
    CONSOLE.api().putJob(Stack.APP, "edited", "{" + NOOP + "}");
    Window window = signedIn();
    window.open(jobPage("edited") + "?tab=definition");
    window.awaitTitle("edited");
    Locator document = document(window);
    document.fill(document.inputValue().replace("priority: 5", "priority: 7"));
    window.awaitText("Valid: changes 1 value.");
    CONSOLE.api().putJob(Stack.APP, "edited", "{" + NOOP + ",\"timeout\":\"PT9M\"}");

    window.button("Review and save …").click();
    assertThat(window.dialog()).containsText("priority: 7");
    window.dialogButton("Save").click();
    assertThat(window.dialog()).containsText("was saved by somebody else");
    assertThat(window.dialog()).containsText("PT9M");
    assertThat(CONSOLE.api().get("/apps/it/jobs/edited").get("priority").asInt()).isEqualTo(5);

    window.dialogButton("Keep my changes on their version").click();
    window.button("Review and save …").click();
    window.dialogButton("Save").click();
    window.awaitText("Saved as version 3");
    JsonNode saved = CONSOLE.api().get("/apps/it/jobs/edited");
    assertThat(saved.get("priority").asInt()).isEqualTo(7);
    assertThat(saved.get("timeout").asText()).isEqualTo("PT9M");
    window.expectFaults("412");
  }

  @Test
  void asksBeforeLeavingUnsavedEditsAndKeepsDraft() {
    CONSOLE.api().putJob(Stack.APP, "drafted", "{" + NOOP + "}");
    Window window = signedIn();
    window.open(jobPage("drafted"));
    window.awaitTitle("drafted");
    window.link("Definition").click();
    Locator document = document(window);
    document.fill(document.inputValue().replace("priority: 5", "priority: 7"));

    window.link("Versions").click();
    window.dialogButton("Stay here").click();
    window.link("Workers").click();
    window.dialogButton("Stay here").click();
    window.page().goBack();
    window.dialogButton("Stay here").click();
    assertThat(window.page()).hasURL(Pattern.compile("tab=definition$"));
    assertThat(document).hasValue(Pattern.compile("priority: 7"));

    window.page().goBack();
    window.dialogButton("Leave").click();
    assertThat(window.page()).hasURL(Pattern.compile("/drafted$"));
    window.link("Jobs").click();
    window.awaitTitle("Jobs");
    window.link("drafted").click();
    window.link("Definition (draft)").click();
    window.awaitText("This is your draft from before.");
    assertThat(document).hasValue(Pattern.compile("priority: 7"));
    window.button("Discard changes").click();
    window.link("Jobs").click();
    window.awaitTitle("Jobs");
  }

  @Test
  void keepsDraftOfNewJob() {
    Window window = signedIn();
    window.open("apps/" + Stack.APP + "/new-job");
    Locator document = window.page().getByLabel("Document (YAML)");
    document.fill("name: kept-draft\nprocessor: {type: noop}\n");
    window.link("Cancel").click();
    window.dialogButton("Leave").click();
    window.awaitTitle("Jobs");
    window.link("New job").click();
    assertThat(document).hasValue(Pattern.compile("kept-draft"));
    window.button("Start again").click();
    assertThat(document).hasValue(Pattern.compile("my-job"));
  }

  @Test
  void keepsUnsavedEditAfterSessionEnds() throws IOException {
    CONSOLE.api().putJob(Stack.APP, "outlived", "{" + NOOP + "}");
    JsonNode first =
        CONSOLE
            .api()
            .call("POST", "/apps/" + Stack.APP + "/tokens", "{\"role\":\"operator\"}")
            .body();
    Window window = CONSOLE.window();
    window.signIn(first.get("token").asText());
    window.open(jobPage("outlived") + "?tab=definition");
    window.awaitTitle("outlived");
    Locator document = window.page().locator("textarea.editor-text");
    document.fill(document.inputValue().replace("priority: 5", "priority: 8"));
    window.awaitText("Valid: changes 1 value.");

    CONSOLE.api().call("DELETE", "/apps/it/tokens/" + first.get("id").asText(), null);
    assertThat(window.dialog()).containsText("The session has ended");
    window.page().keyboard().press("Escape");
    window.dialog().getByLabel("Token").fill(CONSOLE.api().newToken(Stack.APP, "operator"));
    window.dialogButton("Sign in").click();
    assertThat(window.dialog()).hasCount(0);
    assertThat(document).hasValue(Pattern.compile("priority: 8"));
    window.button("Review and save …").click();
    window.dialogButton("Save").click();
    window.awaitText("Saved as version 2");
    window.expectFaults(REFUSED);
  }

  @Test
  void asksBeforeClosingDialogWithTokenOrUnsavedInput() {
    CONSOLE.api().putJob(Stack.APP, "typed", "{\"parameters\":{\"p\":\"1\"}," + NOOP + "}");
    Window window = signedIn();
    window.open("apps/" + Stack.APP + "/settings");
    window.button("New token").click();
    window.dialogButton("Create token").click();
    Locator secret = window.dialog().locator(".command code");
    assertThat(secret).isVisible();
    dragOutOf(window, secret);
    window.page().keyboard().press("Escape");
    window.page().keyboard().press("Escape");
    window.page().mouse().click(5, 5);
    assertThat(secret).isVisible();
    window.dialogButton("I have copied it").click();
    assertThat(window.dialog()).hasCount(0);

    window.open(jobPage("typed"));
    window.button("Run now").click();
    Locator value = window.dialog().getByLabel("p", new Locator.GetByLabelOptions().setExact(true));
    assertThat(value).isFocused();
    value.fill("a long text");
    dragOutOf(window, value);
    assertThat(window.dialog()).not().containsText("Discard what you entered?");
    window.page().keyboard().press("Escape");
    window.dialogButton("Keep editing").click();
    assertThat(value).hasValue("a long text");
    window.page().mouse().click(5, 5);
    window.dialogButton("Discard").click();
    assertThat(window.dialog()).hasCount(0);
  }

  /** Selects text with the mouse, beyond the edge of the dialog. */
  private static void dragOutOf(Window window, Locator text) {
    BoundingBox box = text.boundingBox();
    window.page().mouse().move(box.x + 2, box.y + box.height / 2);
    window.page().mouse().down();
    window.page().mouse().move(5, 5);
    window.page().mouse().up();
  }

  @Test
  void showsLineOfInvalidFieldBeforeSaving() {
    Window window = signedIn();
    window.open("apps/" + Stack.APP + "/new-job");
    window.awaitTitle("New job");
    Locator document = document(window, "Document (YAML)");
    document.fill("name: x\nprocessor: {type: noop}\npriority: 99\n");

    window.awaitText("line 3");
    assertThat(window.page().locator(".mistakes")).containsText("priority");
    Locator create = window.page().locator(".page-actions .primary");
    create.press("Enter");
    assertThat(window.page().locator("#form-priority")).isFocused();
    document.fill("name: x\nprocessor: {type: noop}\nlabels: none\n");
    assertThat(window.page().locator(".mistakes")).containsText("labels");
    create.press("Enter");
    assertThat(document).isFocused();
    window.expectFaults("400|422");
  }

  @Test
  void opensNewJobWithFocusInItsName() {
    Window window = signedIn();
    window.open("apps/" + Stack.APP + "/new-job");
    assertThat(window.page().locator("#form-name")).isFocused();
    window.link("Jobs").click();
    window.link("New job").click();
    assertThat(window.page().locator("#form-name")).isFocused();
    window.page().keyboard().type("typed-at-once");
    assertThat(document(window, "Document (YAML)"))
        .hasValue(Pattern.compile("^name: typed-at-once\n"));
  }

  @Test
  void countsBackfillInstancesBeforeStart() {
    LocalDate day = LocalDate.now(ZoneOffset.UTC).minusDays(2);
    // It does not fire today, so that all of its instances are those of the backfill.
    CONSOLE
        .api()
        .putJob(
            Stack.APP,
            "hourly",
            "{\"trigger\":{\"cron\":\"0 * %d * *\",\"zone\":\"UTC\"},%s}"
                .formatted(day.getDayOfMonth(), NOOP));
    Window window = signedIn();
    window.open(jobPage("hourly") + "?tab=schedule");
    window.awaitTitle("hourly");
    window.page().getByLabel("From").fill(day + "T00:30");
    window.page().getByLabel("Until (empty for now)").fill(day + "T03:30");

    window.button("Count fire times").click();
    window.awaitText("3 fire times");
    assertThat(CONSOLE.api().instances(Stack.APP, "hourly")).isEmpty();
    window.button("Start backfill").click();
    window.dialogButton("Start backfill").click();
    window.awaitText("Backfill of 3 runs started");
    assertThat(CONSOLE.api().instances(Stack.APP, "hourly")).hasSize(3);
  }

  @Test
  void startsBackfillOfYesterdayWithoutTyping() {
    LocalDate yesterday = LocalDate.now(ZoneOffset.UTC).minusDays(1);
    CONSOLE
        .api()
        .putJob(
            Stack.APP,
            "missed-yesterday",
            "{\"trigger\":{\"cron\":\"0 0 6,18 %d * *\"},%s}"
                .formatted(yesterday.getDayOfMonth(), NOOP));
    Window window = signedIn();
    window.open(jobPage("missed-yesterday") + "?tab=schedule");
    window.awaitTitle("missed-yesterday");

    window.button("Yesterday").click();
    window.awaitText("2 fire times");
    window.button("Start backfill").click();
    window.dialogButton("Start backfill").click();
    window.awaitText("Backfill of 2 runs started");
    assertThat(CONSOLE.api().instances(Stack.APP, "missed-yesterday"))
        .extracting(instance -> instance.get("fireTime").asText())
        .containsExactlyInAnyOrder(yesterday + "T06:00:00Z", yesterday + "T18:00:00Z");
  }

  @Test
  void previewsFiresInFormEditorAndSavesDocument() {
    CONSOLE
        .api()
        .putJob(Stack.APP, "moved", "{\"trigger\":{\"cron\":\"0 0 3 * * *\"},%s}".formatted(NOOP));
    Window window = signedIn();
    window.open(jobPage("moved") + "?tab=definition");
    window.awaitTitle("moved");
    window.page().getByLabel("Cron expression").fill("0 0 4 * * *");
    assertThat(document(window)).hasValue(Pattern.compile("cron: ['\"]?0 0 4 "));
    window.awaitText("Valid: changes 1 value.");

    window.button("Review and save …").click();
    assertThat(window.dialog().locator(".fire-gone")).hasCount(5);
    assertThat(window.dialog().locator(".fire-new")).hasCount(5);
    assertThat(window.dialog().locator(".fire-gone").first()).containsText("03:00");
    assertThat(window.dialog().locator(".fire-new").first()).containsText("04:00");
    assertThat(CONSOLE.api().get("/apps/it/jobs/moved").at("/trigger/cron").asText())
        .isEqualTo("0 0 3 * * *");
    window.dialogButton("Save").click();
    window.awaitText("Saved as version 2");
    assertThat(CONSOLE.api().get("/apps/it/jobs/moved").at("/trigger/cron").asText())
        .isEqualTo("0 0 4 * * *");

    document(window).fill(document(window).inputValue().replace("priority: 5", "priority: 6"));
    window.awaitText("Valid: changes 1 value.");
    window.button("Review and save …").click();
    assertThat(window.dialog()).containsText("The next fires stay as they are.");
  }

  @Test
  void showsRunInJobGridAndAmongRunningRuns() {
    CONSOLE
        .api()
        .putJob(
            Stack.APP,
            "reporting",
            """
            {"processor": {"type": "shell", "script": "echo '::progress 25 half of a half'; exec sleep 300"}}
            """);
    String id = CONSOLE.api().run(Stack.APP, "reporting");
    Await.until(
        "the run reports its progress",
        Duration.ofSeconds(60),
        () -> CONSOLE.api().instance(id).at("/progress/percent").asInt() == 25);
    Window window = signedIn();
    window.open("apps/" + Stack.APP);
    window.awaitText("Running now");
    Locator row = window.row("reporting").filter(new Locator.FilterOptions().setHasText("25 %"));
    assertThat(row).containsText("half of a half");
    row.getByRole(AriaRole.LINK).first().click();
    window.awaitRun(id);
    CONSOLE.api().cancel(id);
    window.awaitRunState("Canceled");

    window.open(jobPage("reporting"));
    window.awaitTitle("reporting");
    Locator cell = window.page().locator("a.run-cell");
    assertThat(cell).hasAttribute("title", LocalDate.now(ConsoleSetup.ZONE) + ": 1 Canceled");
    cell.click();
    window.awaitRun(id);
  }

  @Test
  void showsPauseNoteToOtherUsers() {
    CONSOLE.api().putJob(Stack.APP, "paused", "{" + NOOP + "}");
    Window other = CONSOLE.window();
    other.signIn(CONSOLE.api().newToken(Stack.APP, "viewer"));
    Window window = signedIn();
    window.open(jobPage("paused"));
    window.button("Pause job").click();
    window.dialog().getByLabel("Note for the others (optional)").fill("until the move is done");
    window.dialogButton("Pause job").click();
    window.awaitText("until the move is done");

    other.open(jobPage("paused"));
    other.awaitText("until the move is done");
    assertThat(
            other
                .page()
                .getByRole(
                    AriaRole.BUTTON,
                    new Page.GetByRoleOptions().setName("Resume job: needs the role operator")))
        .isVisible();

    window.button("Resume job").click();
    window.dialogButton("Resume job").click();
    assertThat(window.button("Pause job")).isVisible();
  }

  @Test
  void navigatesFromSignInToRunByKeyboardOnly() {
    CONSOLE.api().putJob(Stack.APP, "by-keyboard", "{" + NOOP + "}");
    Window window = CONSOLE.window();
    window.open("sign-in");
    assertThat(window.page().getByLabel("Token")).isFocused();
    window.page().keyboard().type(CONSOLE.api().token());
    window.page().keyboard().press("Enter");
    window.awaitTitle("Overview");

    window.tabTo(window.link("Jobs"));
    window.page().keyboard().press("Enter");
    window.awaitTitle("Jobs");
    window.tabTo(window.link("by-keyboard"));
    window.page().keyboard().press("Enter");
    window.awaitTitle("by-keyboard");
    window.tabTo(window.button("Run now"));
    window.page().keyboard().press("Enter");
    window.tabTo(window.dialogButton("Run now"));
    window.page().keyboard().press("Enter");
    assertThat(window.dialog()).hasCount(0);
    assertThat(window.button("Run now")).isFocused();

    Locator run = window.page().locator("a.row-link").first();
    window.tabTo(run);
    window.page().keyboard().press("Enter");
    window.awaitRunState("Succeeded");
    String id = window.page().locator(".run-id code").innerText();
    window.page().keyboard().press("Control+k");
    assertThat(window.dialog()).isVisible();
    window.page().keyboard().press("Escape");
    assertThat(window.dialog()).hasCount(0);

    jump(window, "by-keyboard", "by-keyboard");
    jump(window, id, "by-keyboard");
    window.awaitRun(id);
  }

  /** Opens a match of the search; its heading gets the focus although it comes after its data. */
  private static void jump(Window window, String typed, String heading) {
    window.page().keyboard().press("Control+k");
    window.page().keyboard().type(typed);
    assertThat(window.dialog().getByRole(AriaRole.OPTION).first()).containsText(typed);
    window.page().keyboard().press("Enter");
    window.awaitTitle(heading);
    assertThat(window.page().locator("h1")).isFocused();
  }

  @Test
  void keepsTypedTextAcrossRerendersAndAsksBeforeDiscardingIt() {
    Window window = signedIn();
    window.open("apps/" + Stack.APP + "/new-job");
    window.awaitTitle("New job");
    Locator name = window.page().locator("#form-name");
    name.click();
    name.press("End");
    name.pressSequentially("-2 ");
    assertThat(document(window, "Document (YAML)")).hasValue(Pattern.compile("^name: my-job-2\n"));
    // The answer to the check renders the page again.
    window.awaitText("Valid: makes a new job.");
    assertThat(name).hasValue("my-job-2 ");
    assertThat(name).isFocused();
    // A link that is followed without a click leaves the field with the focus.
    window.link("Jobs").evaluate("link => link.click()");
    window.dialogButton("Stay here").click();
    name.press("Tab");
    assertThat(name).hasValue("my-job-2");
  }

  @Test
  void showsJobDescriptionAndLinksAndFiltersByLabel() {
    CONSOLE
        .api()
        .putJob(
            Stack.APP,
            "described",
            "{\"description\":\"Closes the day.\",\"labels\":{\"team\":\"ledger\"},"
                + "\"links\":[{\"title\":\"Runbook\",\"url\":\"https://wiki.example.org/\"}],"
                + NOOP
                + "}");
    String run = CONSOLE.api().run(Stack.APP, "described");
    Window window = signedIn();
    window.open("runs/" + run);
    window.awaitText("Closes the day.");
    Locator link = window.link("Runbook");
    assertThat(link).hasAttribute("target", "_blank");
    assertThat(link).hasAttribute("rel", "noopener noreferrer");
    window.link("team:ledger").click();
    assertThat(window.page()).hasURL(Pattern.compile("/runs\\?label=team%3Aledger"));
    assertThat(window.page().locator("tbody tr")).hasCount(1);

    window.open("apps/" + Stack.APP + "/jobs?label=team:ledger");
    assertThat(window.page().locator("tbody tr")).hasCount(1);
    window.page().getByLabel("Label name:value").fill("team");
    window.awaitText("a name and a value, such as team:billing");
  }

  @Test
  void rendersHostileNamesErrorsAndLogsAsPlainText() throws IOException {
    String image = "<img src=x onerror=window.hit=1>";
    CONSOLE
        .api()
        .putJob(
            Stack.APP,
            "hostile",
            """
            {"parameters": {"p": "<svg onload=window.hit=2>\\u202etxt"},
             "description": "<img src=x onerror=window.hit=6>\\u202etxt",
             "labels": {"team": "<img src=x onerror=window.hit=7>"},
             "links": [{"title": "<img src=x onerror=window.hit=8>", "url": "https://h/"}],
             "processor": {"type": "shell", "script": "%s"}}
            """
                .formatted(
                    String.join(
                        "\\n",
                        "echo '<script>window.hit=3</script>'",
                        "printf '\\\\033[31mred\\\\033[0m \\\\033]0;title\\\\007after\\\\n'",
                        "printf 'begin\\\\342\\\\200\\\\256end\\\\n'",
                        "echo '<img src=x onerror=window.hit=4>' >&2",
                        "head -c 1000000 /dev/zero | tr '\\\\0' w; echo",
                        "exit 1")));
    String run = CONSOLE.api().run(Stack.APP, "hostile");
    CONSOLE.api().awaitState(run, "FAILED", Duration.ofSeconds(30));
    CONSOLE
        .api()
        .call("POST", "/apps/it/jobs/hostile/pause", "{\"note\":\"" + image + "\\u202etxt\"}");
    assertOfferIsRefused("<img src=x onerror=hit=5>" + TURNS_TEXT, "INVALID");
    assertOfferIsRefused("<img src=x onerror=hit=5>", "PROTOCOL_MISMATCH");
    Window window = signedIn();
    window.open("apps/" + Stack.APP + "/workers");
    window.awaitText("<img src=x onerror=hit=5>");
    window.open(jobPage("hostile"));
    window.awaitText(image);
    window.awaitText("<img src=x onerror=window.hit=6>");
    window.awaitText("team:<img src=x onerror=window.hit=7>");
    window.awaitText("<img src=x onerror=window.hit=8>");
    window.open("runs/" + run);
    window.awaitRun(run);

    assertThat(window.page().locator(".log-foot")).containsText("complete");
    window.page().locator(".log-scroll").hover();
    window.page().mouse().wheel(0, -1_000_000);
    window.awaitText("<script>window.hit=3</script>");
    window.awaitText("<img src=x onerror=window.hit=4>");
    window.awaitText("<svg onload=window.hit=2>");
    assertThat(
            window
                .page()
                .getByText(
                    "red", new com.microsoft.playwright.Page.GetByTextOptions().setExact(true)))
        .isVisible();
    assertThat(window.page().locator(".log-lines")).containsText("after");
    String text = window.page().locator("#content").textContent();
    assertThat(text).contains("begin\ufffdend").doesNotContain("\u202e", "\u001b", "title\u0007");
    window.page().getByText("more characters").first().click();
    assertThat(window.dialog()).containsText("w".repeat(1_000));
    window.page().keyboard().press("Escape");

    for (String page :
        List.of(
            "",
            "/runs",
            "/runs?view=errors",
            "/workers",
            "/jobs",
            "/jobs/hostile",
            "/jobs/hostile?tab=definition",
            "/jobs/hostile?tab=versions",
            "/settings")) {
      window.open("apps/" + Stack.APP + page);
      assertThat(window.page().locator("h1")).isVisible();
      assertThat(window.page().locator(".skeleton")).hasCount(0);
      assertThat(window.page().locator("img, iframe, svg[onload]")).hasCount(0);
      assertThat(window.page().evaluate("() => window.hit ?? 'none'")).isEqualTo("none");
      assertThat((String) window.page().evaluate(ALL_WORDS))
          .as("words of the page " + page)
          .doesNotContain(TURNS_TEXT, ESCAPE);
    }
  }

  /** Workers are listed with a protocol that the scheduler does not know, if it is plain text. */
  private static void assertOfferIsRefused(String protocol, String code) throws IOException {
    Api.Answer answer =
        new Api(CONSOLE.stack().apiPort(), CONSOLE.stack().workerToken())
            .callAt(
                "POST",
                WorkerOperation.Paths.DISCOVERY,
                """
                {"protocol": "%s", "app": "it", "name": "refused", "processors": ["noop"], "capacity": 1}
                """
                    .formatted(protocol));
    assertThat(answer.body().get("code").asText()).isEqualTo(code);
  }
}
