// Writes what java.util.regex makes of patterns: one JSON object a line, for
// src/expression/java_regex/tests/java.jsonl. Reads a pattern and a text a line, in Base64 of
// UTF-16BE, with a tab between them.
import java.io.*;
import java.nio.charset.StandardCharsets;
import java.util.*;
import java.util.regex.*;

public class Patterns {
    public static void main(String[] arguments) throws IOException {
        var in = new BufferedReader(new InputStreamReader(System.in));
        var out = new PrintStream(new FileOutputStream(FileDescriptor.out), false, "UTF-8");
        for (String line; (line = in.readLine()) != null; ) {
            var fields = line.split("\t", -1);
            out.println(row(decoded(fields[0]), decoded(fields[1])));
        }
        out.flush();
    }

    static String decoded(String text) {
        return new String(Base64.getDecoder().decode(text), StandardCharsets.UTF_16BE);
    }

    static String row(String pattern, String text) {
        var row = new StringBuilder("{\"pattern\":" + quoted(pattern) + ",\"text\":" + quoted(text));
        try {
            var matcher = Pattern.compile(pattern).matcher(text);
            row.append(",\"whole\":").append(matcher.matches() ? groups(matcher) : "null");
            matcher.reset();
            var all = new ArrayList<String>();
            while (matcher.find()) all.add(groups(matcher));
            row.append(",\"all\":[").append(String.join(",", all)).append("]");
            var parts = new ArrayList<String>();
            for (var part : Pattern.compile(pattern).split(text)) parts.add(quoted(part));
            row.append(",\"split\":[").append(String.join(",", parts)).append("]");
        } catch (PatternSyntaxException | IndexOutOfBoundsException error) {
            row.append(",\"error\":true");
        }
        return row.append("}").toString();
    }

    static String groups(Matcher matcher) {
        var groups = new ArrayList<String>();
        for (int group = 0; group <= matcher.groupCount(); group++) {
            var text = matcher.group(group);
            groups.add(text == null ? "null" : quoted(text));
        }
        return "[" + String.join(",", groups) + "]";
    }

    static String quoted(String text) {
        var quoted = new StringBuilder("\"");
        for (char c : text.toCharArray()) {
            if (c == '"' || c == '\\') quoted.append('\\').append(c);
            else if (c < ' ' || c > '~') quoted.append(String.format("\\u%04x", (int) c));
            else quoted.append(c);
        }
        return quoted.append('"').toString();
    }
}
