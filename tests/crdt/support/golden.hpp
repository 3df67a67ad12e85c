// Updates written by yjs 13.6.33, as hex digits.
#pragma once

#include <array>

namespace weft::test {

struct GoldenUpdate {
  const char* what;
  const char* v1;
  const char* v2;  // the same update, or nullptr where only V1 was kept
};

inline constexpr std::array kGoldenUpdates = {
    GoldenUpdate{"nothing", "0000", "00000000000001000000000000"},
    GoldenUpdate{"text 'hello', client 1, root 't'", "01010100040101740568656c6c6f00",
                 "000001010000010409067468656c6c6f01050101000001010000"},
    GoldenUpdate{
        "a pair split by an insertion",
        "01030100040101740461efbfbd84010104efbfbd62c401010102015800",
        "000002410202020001040504008400c40f0a7461efbfbdefbfbd6258014200010101000001030000"},
    GoldenUpdate{"an array in a map",
                 "010201022701016d036172720008000102057d017701787e787601016175017c3fc0000000",
                 nullptr},
    GoldenUpdate{"bold on and off",
                 "0102011946010e04626f6c640474727565c60112011304626f6c64046e756c6c00",
                 "000200020241020124021c0a034600c60b08626f6c64626f6c644400000000010219787e00"},
    GoldenUpdate{"an embed", "0101011bc5011a0113157b22696d616765223a2275222c2277223a312e357d00",
                 nullptr},
    GoldenUpdate{"a subdocument",
                 "0101011f2901016d037375620147760302676379086175746f4c6f616478046d657461760101617d"
                 "0100",
                 nullptr},
    GoldenUpdate{"a bigint", "010101222801016d03626967017a000000000000007b00", nullptr},
    GoldenUpdate{"an XML element and a hook", "0103010a07000108060400010a02686987010a0502686b00",
                 "000100024102031004000005070004008707046869686b420001000206050001030a00"},
    GoldenUpdate{"a gap", "010306002801016d0161017d010a012801016d0163017d0300",
                 "0000010600000528000a002807046d616d6341020101000241000103007d01017d0300"},
    GoldenUpdate{"a deleted map value", "010101002101016d016b010101010001",
                 "000001010000012105026d6b410001010001010101000101010000"},
};

}  // namespace weft::test
