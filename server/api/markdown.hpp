// A shared XML fragment as Markdown, where it is a document of ProseMirror's usual schemas.
#pragma once

#include <expected>
#include <string>

#include <weft/xml.hpp>

namespace weft::api {

/// Knows the nodes of prosemirror-markdown and of Tiptap's starter kit under both of their names
/// (bullet_list, bulletList) and task lists; marks that Markdown lacks are left out.
/// Errors: a sentence that names the node which has no Markdown, or nests too deeply. O(contents).
std::expected<std::string, std::string> markdown_of(const XmlFragment& fragment);

}  // namespace weft::api
