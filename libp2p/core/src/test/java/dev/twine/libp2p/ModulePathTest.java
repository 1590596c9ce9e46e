package dev.twine.libp2p;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.io.StringWriter;
import java.lang.module.Configuration;
import java.lang.module.FindException;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReference;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A module of somebody else's compiles and runs against what this one exports; the other tests see
 * the class path, where everything is in reach.
 */
class ModulePathTest {
  private static final Path SOURCES = Path.of("src", "test", "modules", "stranger");
  private static final Path README = Path.of("README.md");
  private static final String DECLARATION = "public final class Example {";

  @TempDir
  Path classes;

  @Test
  void aStrangersModuleCompilesAndRuns() throws Exception {
    List<Path> modules = modulesOf("dev.twine.libp2p.core");
    compile(modules);
    ClassLoader loader = layer(modules).findLoader("example");
    assertThat(run(loader, "example.Example")).containsExactly("heard hello over /noise");
    assertThat(run(loader, "example.Surface")).containsExactly("all there", "true");
  }

  @Test
  void theReadmeShowsThisVeryExample() throws IOException {
    String readme = Files.readString(README);
    int start = readme.indexOf("```java\n") + "```java\n".length();
    String shown = readme.substring(start, readme.indexOf("```", start));
    String example = Files.readString(SOURCES.resolve("example/Example.java"));
    assertThat(shown.strip().lines().toList())
        .isEqualTo(
            example.substring(example.indexOf(DECLARATION)).strip().lines().toList());
  }

  private void compile(List<Path> modules) throws IOException {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    var errors = new StringWriter();
    try (var files = compiler.getStandardFileManager(null, null, StandardCharsets.UTF_8);
        Stream<Path> sources = Files.walk(SOURCES)) {
      List<String> options =
          List.of("--module-path", joined(modules), "-d", classes.toString(), "-Xlint:-module");
      List<Path> java =
          sources.filter(path -> path.toString().endsWith(".java")).toList();
      boolean compiled = compiler
          .getTask(errors, files, null, options, null, files.getJavaFileObjectsFromPaths(java))
          .call();
      assertThat(compiled).as(errors.toString()).isTrue();
    }
  }

  private ModuleLayer layer(List<Path> modules) {
    List<Path> all = new ArrayList<>(modules);
    all.add(classes);
    Configuration configuration = ModuleLayer.boot()
        .configuration()
        .resolve(ModuleFinder.of(all.toArray(Path[]::new)), ModuleFinder.of(), Set.of("example"));
    return ModuleLayer.boot()
        .defineModulesWithOneLoader(configuration, ClassLoader.getPlatformClassLoader());
  }

  private static List<String> run(ClassLoader loader, String main) throws Exception {
    PrintStream out = System.out;
    ClassLoader context = Thread.currentThread().getContextClassLoader();
    var printed = new ByteArrayOutputStream();
    System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
    Thread.currentThread().setContextClassLoader(loader);
    try {
      loader.loadClass(main).getMethod("main", String[].class).invoke(null, (Object) new String[0]);
    } finally {
      System.setOut(out);
      Thread.currentThread().setContextClassLoader(context);
    }
    return printed.toString(StandardCharsets.UTF_8).lines().toList();
  }

  /** Where a module and all that it requires are, found on the class path of this test. */
  private static List<Path> modulesOf(String root) {
    Map<String, ModuleReference> known = new HashMap<>();
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
      try {
        ModuleFinder.of(Path.of(entry))
            .findAll()
            .forEach(found -> known.putIfAbsent(found.descriptor().name(), found));
      } catch (FindException noModule) {
        assertThat(entry).isNotEmpty();
      }
    }
    Set<String> wanted = new HashSet<>();
    Deque<String> open = new ArrayDeque<>(List.of(root));
    List<Path> paths = new ArrayList<>();
    while (!open.isEmpty()) {
      String name = open.pop();
      ModuleReference found = known.get(name);
      if (found != null && wanted.add(name)) {
        paths.add(Path.of(found.location().orElseThrow()));
        found.descriptor().requires().stream()
            .map(ModuleDescriptor.Requires::name)
            .forEach(open::push);
      }
    }
    return paths;
  }

  private static String joined(List<Path> paths) {
    return paths.stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator));
  }
}
