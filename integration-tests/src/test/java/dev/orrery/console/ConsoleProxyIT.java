package dev.orrery.console;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.microsoft.playwright.Browser.NewContextOptions;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.Cookie;
import com.microsoft.playwright.options.SameSiteAttribute;
import dev.orrery.it.harness.AtNight;
import dev.orrery.it.harness.Stack;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Tests the console behind an ingress with TLS and a path prefix, and behind one with gzip. */
@Tag("thorough")
class ConsoleProxyIT {
  private static final String ETAG =
      "path => fetch(path).then(answer => answer.headers.get('ETag'))";

  @RegisterExtension static final ConsoleSetup CONSOLE = new ConsoleSetup("console-proxy");

  private static PrefixProxy proxy;

  /** Ends after the windows: a page that has lost its server is a fault. */
  private static Nginx nginx;

  @BeforeAll
  static void putProxyBefore() {
    proxy =
        new PrefixProxy(CONSOLE.stack().directory(), "/tools/orrery", CONSOLE.stack().apiPort());
  }

  @AfterAll
  static void endProxies() {
    proxy.close();
    if (nginx != null) {
      nginx.close();
    }
  }

  private static Window window() {
    return CONSOLE.windowAt(
        proxy.address(),
        new NewContextOptions().setViewportSize(1280, 800).setIgnoreHTTPSErrors(true));
  }

  @Test
  @AtNight
  void keepsPagesApiCallsAndLiveLogUnderProxyPath() {
    CONSOLE
        .api()
        .putJob(
            Stack.APP,
            "behind",
            "{\"processor\":{\"type\":\"shell\",\"script\":\"echo first line; exec sleep 300\"}}");
    Window window = window();
    window.page().navigate(proxy.address() + "/console");
    assertThat(window.button("Sign in")).isVisible();
    window.signIn(CONSOLE.api().token());
    assertThat(window.page()).hasURL(proxy.address() + "/console/apps/" + Stack.APP);

    window.link("Jobs").click();
    window.row("behind").click();
    window.awaitTitle("behind");
    window.button("Run now").click();
    window.dialogButton("Run now").click();
    window.page().locator(".toast a").click();
    window.awaitRunState("Running");
    window.awaitText("first line");
    window.page().reload();
    window.awaitText("first line");
    window.button("Cancel run").click();
    window.dialogButton("Cancel run").click();
    window.awaitRunState("Canceled");

    for (String page : List.of("", "/jobs", "/runs", "/workers", "/settings", "/new-job")) {
      window.open("apps/" + Stack.APP + page);
      assertThat(window.page().locator("h1")).isVisible();
      assertThat(window.page().locator(".skeleton")).hasCount(0);
      assertThat(window.page().getByRole(com.microsoft.playwright.options.AriaRole.ALERT))
          .hasCount(0);
    }
  }

  @Test
  void savesEnablesRestoresAndDeletesBehindProxyThatCompresses() {
    if (Nginx.program().isEmpty()) {
      System.out.println("SKIPPED: nginx is not installed (Debian: apt-get install nginx-light)");
    }
    assumeTrue(Nginx.program().isPresent(), "nginx is installed");
    nginx = Nginx.start(CONSOLE.stack().directory(), CONSOLE.stack().apiPort());
    CONSOLE
        .api()
        .putJob(
            Stack.APP,
            "squeezed",
            "{\"trigger\": {\"every\": \"PT1H\"}, \"processor\": {\"type\": \"noop\"}}");
    Window window = CONSOLE.windowAt(nginx.origin());
    window.signIn(CONSOLE.api().token());
    String job = "apps/" + Stack.APP + "/jobs/squeezed";
    assertThat(window.page().evaluate(ETAG, "/api/v1/" + job).toString()).startsWith("W/");

    window.open(job + "?tab=definition");
    Locator document = window.page().getByRole(AriaRole.TEXTBOX, named("Definition"));
    for (int priority : List.of(7, 9)) {
      String text = document.inputValue();
      document.fill(text.replaceAll("priority: \\d", "priority: " + priority));
      window.button("Review and save …").click();
      window.dialogButton("Save").click();
      window.awaitText("Saved as version " + (priority == 7 ? 2 : 3));
    }

    window.link("Versions").click();
    window.page().getByRole(AriaRole.CELL, named("2").setExact(true)).click();
    window.button("Restore …").click();
    window.dialogButton("Restore version 2").click();
    window.awaitText("Saved as version 4");
    assertThat(stored("squeezed").get("priority").asInt()).isEqualTo(7);

    for (String what : List.of("Disable", "Enable")) {
      window.open("apps/" + Stack.APP + "/jobs");
      window.page().getByLabel("Choose squeezed").check();
      window.button(what).click();
      window.dialogButton(what + " job").click();
      window.awaitText("1 job " + what.toLowerCase(Locale.ROOT) + "d.");
      assertThat(stored("squeezed").get("enabled").asBoolean()).isEqualTo(what.equals("Enable"));
    }

    window.open(job + "?tab=definition");
    window.button("Delete job").click();
    window.dialog().getByRole(AriaRole.TEXTBOX).fill("squeezed");
    window.dialogButton("Delete job").click();
    window.awaitText("squeezed is deleted");
  }

  private static JsonNode stored(String job) {
    return CONSOLE.api().get("/apps/" + Stack.APP + "/jobs/" + job);
  }

  private static Page.GetByRoleOptions named(String name) {
    return new Page.GetByRoleOptions().setName(name);
  }

  @Test
  @AtNight
  void setsSecureHttpOnlyStrictSessionCookie() {
    Window window = window();
    window.signIn(CONSOLE.api().token());

    List<Cookie> cookies = window.page().context().cookies();
    assertThat(cookies).hasSize(1);
    Cookie cookie = cookies.get(0);
    assertThat(cookie.name).isEqualTo("__Host-orrery_session");
    assertThat(cookie.secure).isTrue();
    assertThat(cookie.httpOnly).isTrue();
    assertThat(cookie.sameSite).isEqualTo(SameSiteAttribute.STRICT);
    assertThat(cookie.value).isNotEqualTo(CONSOLE.api().token());
  }
}
