package dev.orrery.console;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.APIResponse;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.RequestOptions;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Pattern;
import org.assertj.core.api.Assertions;

/**
 * A window with its own cookies. It records faults of a page: errors on the browser's console
 * (including violations of the content security policy), exceptions, and requests to other origins.
 */
final class Window implements AutoCloseable {
  private static final Path SCREENSHOTS =
      Path.of(System.getProperty("orrery.console.target"), "screenshots");

  private static final int MAX_TABS = 100;

  /** A copy that the browser keeps is transferred with no byte; an answer 304 has its headers. */
  private static final String FILES_ASKED_FOR =
      """
      () => performance.getEntriesByType('navigation')
        .concat(performance.getEntriesByType('resource'))
        .filter(entry => !entry.name.includes('/api/') && entry.transferSize > 0).length
      """;

  private static final String MEASURE =
      """
      {
        let begun = 0;
        addEventListener('click', () => (begun = performance.now()), true);
        window.usable = new Promise(resolve => {
          const look = new MutationObserver(() => {
            const shown = document.querySelector('h1')?.textContent.includes('%s');
            if (shown && document.querySelector('.skeleton') === null) {
              look.disconnect();
              requestAnimationFrame(() => setTimeout(() => resolve(Math.round(performance.now() - begun))));
            }
          });
          look.observe(document, { subtree: true, childList: true, characterData: true });
        });
      }
      """;

  static final double MAX_WAIT_MILLIS = 30_000;

  private final BrowserContext context;
  private final String origin;
  private final Page page;
  private final List<String> faults = new CopyOnWriteArrayList<>();

  Window(BrowserContext context, String origin) {
    this.context = context;
    this.origin = origin;
    context.setDefaultTimeout(MAX_WAIT_MILLIS);
    context.onConsoleMessage(
        message -> {
          if (message.type().equals("error")) {
            faults.add("console: " + message.text() + " at " + message.location());
          }
        });
    context.onWebError(error -> faults.add("exception: " + error.error()));
    context.onRequest(
        request -> {
          if (!request.url().startsWith(origin + "/") && !request.url().startsWith("blob:")) {
            faults.add("request to another origin: " + request.url());
          }
        });
    this.page = context.newPage();
  }

  Page page() {
    return page;
  }

  /**
   * Opens a page of the console.
   *
   * @param path below {@code /console/}
   */
  void open(String path) {
    page.navigate(origin + "/console/" + path);
  }

  /** Signs in through the page, and waits for the first page. */
  void signIn(String token) {
    open("sign-in");
    page.getByLabel("Token").fill(token);
    button("Sign in").click();
    awaitTitle("Overview");
  }

  /** Signs in without the page, for tests of other pages. */
  void startSession(String token) {
    APIResponse response =
        context
            .request()
            .post(
                origin + "/api/v1/session",
                RequestOptions.create().setData(Map.of("token", token)));
    Assertions.assertThat(response.status()).isEqualTo(200);
    rememberSession();
  }

  /** Marks that a session existed; the page asks for its session only then. */
  private void rememberSession() {
    context.addInitScript("localStorage.setItem('orrery.signed-in', 'yes')");
  }

  void takeSession(Window other) {
    context.addCookies(other.context.cookies());
    rememberSession();
  }

  /** Returns the current status of a call with this window's cookie. */
  int sessionStatus() {
    return context.request().get(origin + "/api/v1/session").status();
  }

  /** Waits until the page has this heading and has loaded all data. */
  void awaitTitle(String heading) {
    assertThat(page.getByRole(AriaRole.HEADING, new Page.GetByRoleOptions().setLevel(1)))
        .containsText(heading);
    assertThat(page.locator(".skeleton")).hasCount(0);
  }

  /** Waits until the page of this run has loaded all data. */
  void awaitRun(String id) {
    assertThat(page.locator(".run-id")).containsText(id);
    assertThat(page.locator(".skeleton")).hasCount(0);
  }

  Locator button(String name) {
    return page.getByRole(
        AriaRole.BUTTON, new Page.GetByRoleOptions().setName(name).setExact(true));
  }

  Locator link(String name) {
    return page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName(name).setExact(true));
  }

  Locator row(String text) {
    return page.getByRole(AriaRole.ROW).filter(new Locator.FilterOptions().setHasText(text));
  }

  Locator dialog() {
    return page.getByRole(AriaRole.DIALOG);
  }

  /** Returns a button of the dialog once nothing loads above it, which would move it. */
  Locator dialogButton(String name) {
    assertThat(dialog().locator(".skeleton")).hasCount(0);
    return dialog()
        .getByRole(AriaRole.BUTTON, new Locator.GetByRoleOptions().setName(name).setExact(true));
  }

  void awaitText(String text) {
    assertThat(page.getByText(text).first()).isVisible();
  }

  /** Waits until the badge at the top of a run shows this state. */
  void awaitRunState(String word) {
    assertThat(page.locator(".page-facts .badge")).hasText(word);
  }

  /** Discards faults that the test provoked; each must match. */
  void expectFaults(String regex) {
    Pattern expected = Pattern.compile(regex);
    Assertions.assertThat(faults).allMatch(fault -> expected.matcher(fault).find());
    faults.clear();
  }

  void assertQuiet() {
    Assertions.assertThat(faults).as("faults of the pages").isEmpty();
  }

  /** Presses Tab until the control has the focus, which must be visible. */
  void tabTo(Locator control) {
    assertThat(control).isVisible();
    for (int presses = 0; presses < MAX_TABS; presses++) {
      page.keyboard().press("Tab");
      if ((Boolean) control.evaluate("control => control === document.activeElement")) {
        Assertions.assertThat(
                (String)
                    control.evaluate(
                        "control => `${getComputedStyle(control).outlineStyle}"
                            + " ${getComputedStyle(control).boxShadow}`"))
            .as("the focus of " + control)
            .isNotEqualTo("none none");
        return;
      }
    }
    throw new AssertionError("Tab does not reach " + control);
  }

  /**
   * Makes pages that are opened later measure the time until this heading and all data are shown.
   */
  void measureUntil(String heading) {
    page.addInitScript(MEASURE.formatted(heading));
  }

  /**
   * Returns the page's own time until the frame that showed it: since the last click, otherwise
   * since the start of loading.
   */
  long awaitMillis() {
    return ((Number) page.evaluate("() => window.usable")).longValue();
  }

  /** Returns how many files of the console the page asked the scheduler for since its load. */
  int filesAskedFor() {
    return ((Number) page.evaluate(FILES_ASKED_FOR)).intValue();
  }

  /** Takes a picture of the whole page. */
  Path screenshot(String name) {
    Path file = SCREENSHOTS.resolve(name.replaceAll("[^A-Za-z0-9.-]+", "-") + ".png");
    page.screenshot(new Page.ScreenshotOptions().setPath(file).setFullPage(true));
    return file;
  }

  /** Takes a picture of the visible part. */
  void picture(String name) {
    page.screenshot(new Page.ScreenshotOptions().setPath(SCREENSHOTS.resolve(name + ".png")));
  }

  @Override
  public void close() {
    context.close();
  }
}
