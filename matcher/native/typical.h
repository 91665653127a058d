// A little text as it stands in logs everywhere; grams that occur in it are poor witnesses.
#pragma once

#include <cstddef>

namespace tocsin {

// Folded, as values are when they are searched. Only speed depends on it.
inline constexpr char kTypical[] =
    "c:\\windows\\system32\\windowspowershell\\v1.0\\powershell.exe -noprofile -command "
    "c:\\windows\\system32\\cmd.exe /c \"c:\\windows\\syswow64\\rundll32.exe\" "
    "c:\\program files\\common files\\microsoft shared\\ c:\\program files (x86)\\google\\"
    "chrome\\application\\chrome.exe --type=renderer --enable-features= --service "
    "c:\\windows\\system32\\svchost.exe -k netsvcs -p -s schedule c:\\windows\\explorer.exe "
    "c:\\users\\administrator\\appdata\\local\\temp\\ c:\\users\\public\\ c:\\programdata\\"
    "microsoft\\windows defender\\platform\\ c:\\windows\\system32\\conhost.exe 0xffffffff "
    "-forcev1 hklm\\system\\currentcontrolset\\services\\ hkcu\\software\\microsoft\\windows\\"
    "currentversion\\run hklm\\software\\microsoft\\windows nt\\currentversion\\ "
    "new-object system.net.webclient).downloadstring('http://127.0.0.1:80/') invoke-"
    "expression get-process | select-object -property name -executionpolicy bypass -file "
    "c:\\windows\\system32\\taskhostw.exe c:\\windows\\system32\\net.exe user /domain /add "
    "reg.exe add query /v /t reg_dword /d /f schtasks /create /tn /tr /sc wmic process call "
    "create node: https://www.microsoft.com/en-us/ .dll,dllregisterserver .exe\" \" .dll .exe "
    "sha1=da39a3ee5e6b4b0d3255bfef95601890afd80709,md5=d41d8cd98f00b204e9800998ecf8427e,"
    "sha256=e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855,imphash="
    "00000000000000000000000000000000 /usr/bin/python3 /usr/sbin/ /bin/bash -c /etc/ /var/log/ "
    "/home/ /tmp/ user=root error failed the of and for from with this that not are has was "
    "0000000000 1111111111 2020-01-01 12:00:00.000 --------------------------------        ";

inline constexpr size_t kTypicalSize = sizeof kTypical - 1;

}  // namespace tocsin
